# SPDX-License-Identifier: GPL-2.0-only
# bash completion for targetcli-config: commands and options from its own help.

_targetcli_config() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local command=${COMP_WORDS[1]} words
	local tree=/sys/kernel/config/target

	case $prev in
	--target)
		words=$(cd $tree 2>/dev/null && ls -d */*/tpgt_* 2>/dev/null | cut -d/ -f2)
		;;
	--device)
		words=$(cd $tree/core 2>/dev/null && ls -d */*/ 2>/dev/null | grep -v ^alua | cut -d/ -f2)
		;;
	--handler)
		words="fileio blockio nullio"
		;;
	--only)
		words="target= backstore= fabric= initiator="
		;;
	-o|--output)
		;;
	*)
		if ((COMP_CWORD == 1)); then
			words=$(targetcli-config --help | sed -n 's/^    \([a-z][a-z-]*\).*/\1/p')
		elif [[ $cur == -* ]]; then
			words=$(targetcli-config "$command" --help | grep -oE -- '--[a-z-]+' | sort -u)
		elif [[ $command == fc ]]; then
			words=list
		elif [[ $command == import && $COMP_CWORD == 2 ]]; then
			words="saveconfig scst"
		elif [[ $command == enable || $command == disable ]]; then
			words=$(cd $tree 2>/dev/null && ls -d */*/tpgt_* 2>/dev/null | cut -d/ -f2)
		fi
		;;
	esac
	if [[ -n $words ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
		__ltrim_colon_completions "$cur" 2>/dev/null
	else
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
	fi
}

complete -F _targetcli_config targetcli-config

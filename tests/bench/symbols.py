# SPDX-License-Identifier: GPL-2.0-only
"""Functions by address, and what sort of work each does."""
from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

TARGET_MODULES = re.compile(r"target_core_|iscsi_target_mod$|tcm_")
# Loops that move, fill or sum data, with their entry points.
DATA = re.compile(
    r"_{0,2}(memcpy|memmove|memset)(_orig|_erms|$)|rep_movs_alternative|rep_stos_alternative|"
    r"_*copy_(user|mc|page|to_user|from_user)|clear_page_|_*clear_user|csum_partial|do_csum|"
    r"(crc32c?|crc_t10dif)_.*(pcl|le|update|finup|base|intel|by16|by8)|crc_pcl|"
    r"chksum_(update|finup)|memcmp$|memchr_inv$")

# The first that matches a function's name, or its module in brackets, is its group.
GROUPS = (
    ("the target's own", r".*\[(target_core_|iscsi_target_mod|tcm_)"),
    ("iSCSI initiator", r".*\[(libiscsi|iscsi_tcp|scsi_transport_iscsi)|iscsi_"),
    ("scheduler, wake-ups, PSI",
     r"(__)?schedule|sched_|(try_to|default|autoremove)_.*wake|.*wake_up|wake_|ttwu|psi_|"
     r"(__)?update_(load_avg|curr|rq|cfs|entity|se|min)|pick_|put_prev|set_next|(de|en)queue_"
     r"(task|ent)|__?(de|en)queue_entity|check_preempt|wakeup_|select_(task|idle)|reweight|"
     r"place_entity|vruntime|avg_vruntime|entity_|switch_|__switch_to|finish_task|prepare_to|"
     r"finish_wait|resched|prepare_task|context_|task_|cpuacct|cgroup_rstat|cpu_util|"
     r"effective_cpu|sugov|min_vruntime|available_idle|raw_spin_rq|rq_|newidle|sched|yield|"
     r"kthread|rseq|__rseq|pelt|attach_ent|detach_ent|propagate|dl_|rt_|fair|balance_|switch_mm|"
     r"__cond_resched|preempt_|native_load|fpu|save_fpregs|do_idle|cpuidle|tick_nohz"),
    ("workqueues", r".*(workqueue|_work\b|_work$|worker|_work_|kick_pool|pwq|work_on|wq_)"),
    ("TCP, IP, sockets, skbs",
     r".*(tcp|skb|sock|ip_|inet|__ip|_ip_|netif|napi|net_|dev_(queue|hard)|qdisc|loopback_xmit|"
     r"ipv4|neigh|dst_|fib|nf_|net_rx|sk_|_sk$|eth_|process_backlog|enqueue_to_backlog|csum|"
     r"softnet|rps|bbr|cubic|sendmsg|recvmsg|sendpage|raw_local_deliver|validate_xmit|"
     r"dev_|bpf|xfrm|icmp|page_frag|siphash|flow_)"),
    ("block, AIO, SCSI",
     r".*(blk|bio|block|scsi|sd_|\[sd_mod|aio|io_submit|io_getevents|io_sub|read_events|request|"
     r"mq_|elv|rq_|sg_|sgl|sg$|null_|dio|iomap|dma|iov_iter|sbitmap|lookup_ioctx|kiocb|__sbq|"
     r"part_|disk|ioctx|_iocb|import_|rw_verify|rq_qos|iocg|wbt)"),
    ("files, page cache",
     r".*(shmem|filemap|folio|xas_|vfs|fsnotify|file_|f(d)?get|fput|inode|write_iter|read_iter|"
     r"splice|mark_page|balance_dirty|iter_|security)"),
    ("slab, pages",
     r".*(kmem|kfree|kmalloc|slab|page|mempool|gup|zone|rmqueue|alloc|free_|memcg|obj_cgroup|"
     r"pcpu|pin_|unpin|vma|follow_|mod_node|__mod_|lruvec|put_cpu|cmpxchg16b|mm_)"),
    ("timers, clocks", r".*(timer|clock|ktime|read_tsc|tick|jiffies|delay_tsc|time)"),
    ("locks, RCU, lists",
     r".*(lock|rcu|list_|mutex|sem|_raw_|up_|down_|local_bh|llist|rb_|refcount|xa_|idr|radix|"
     r"rw|rht|percpu|atomic|_bit)"),
    ("entry, interrupts", r".*(entry|syscall|irq|apic|softirq|do_int|asm_|error_|return_|x64_sys|"
     r"exit_to|fred|__x86)"),
    ("other", r""),
)
_GROUPS = tuple((name, re.compile(pattern)) for name, pattern in GROUPS)
DATA_GROUP = "data moved"


@dataclass(frozen=True)
class Function:
    """One function of the kernel or of a module."""

    name: str
    module: str

    @property
    def title(self) -> str:
        """Return the name with its module."""
        return f"{self.name} [{self.module}]" if self.module else self.name

    @property
    def moves_data(self) -> bool:
        """Say whether it is a loop over data."""
        return bool(DATA.match(self.name)) or self.module.startswith(("crc32c", "crct10dif"))

    @property
    def ours(self) -> bool:
        """Say whether it is part of the target, whoever's."""
        return bool(TARGET_MODULES.match(self.module))

    @property
    def group(self) -> str:
        """Return the sort of work that it does."""
        if self.moves_data:
            return DATA_GROUP
        return next(name for name, pattern in _GROUPS if pattern.match(self.title))


class Symbols:
    """The functions of a running kernel."""

    def __init__(self, kallsyms: str) -> None:
        found: dict[int, Function] = {}
        for line in kallsyms.splitlines():
            address, _, name, *module = line.split()
            # Of several names of one address the first is as good as any.
            found.setdefault(int(address, 16),
                             Function(name, module[0].strip("[]") if module else ""))
        self._starts = sorted(found)
        self._functions = [found[start] for start in self._starts]

    def at(self, address: int) -> tuple[Function, bool]:
        """Return the function at an address, and whether it begins there."""
        index = bisect_right(self._starts, address) - 1
        if index < 0:
            return Function(f"{address:#x}", ""), False
        return self._functions[index], self._starts[index] == address

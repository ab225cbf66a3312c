/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A guest of one sector, that its BIOS boots from the disk that it tests.
 *
 * Reads BLOCKS sectors behind the first, says their checksum, changes each
 * byte, writes them behind, reads them back and says their checksum.  What the
 * BIOS calls the disk is the logical unit; the words go to the serial port.
 */
	.code16
	.globl	_start
	.set	BLOCKS, 96
	.set	BUFFER, 0x1000		/* segment */
	.set	SERIAL, 0x3f8

_start:
	ljmp	$0, $begin
begin:
	xorw	%ax, %ax
	movw	%ax, %ds
	movw	%ax, %ss
	movw	$0x7c00, %sp
	movw	$BUFFER, %ax
	movw	%ax, %es
	cld
	movb	%dl, drive

	movb	$0x42, %ah
	call	transfer
	movb	$'R', %al
	call	checksum

	xorw	%di, %di
1:	xorb	$0x5a, %es:(%di)
	incw	%di
	cmpw	$(BLOCKS * 512), %di
	jne	1b

	movw	$(1 + BLOCKS), block
	movb	$0x43, %ah
	call	transfer
	/* what is read back must not be what is still there */
	xorw	%di, %di
	xorw	%ax, %ax
	movw	$(BLOCKS * 256), %cx
	rep	stosw
	movb	$0x42, %ah
	call	transfer
	movb	$'W', %al
	call	checksum
	jmp	end

/* The operation in %ah, on the blocks that packet says */
transfer:
	xorb	%al, %al
	movb	drive, %dl
	movw	$packet, %si
	int	$0x13
	jnc	1f
	movb	$'E', %al
	call	put
end:
	movw	$0xf4, %dx		/* isa-debug-exit */
	xorb	%al, %al
	outb	%al, %dx
	hlt
	jmp	end

/* Say %al, and the sum of the buffer's words, each time rotated, as digits */
checksum:
	call	put
	xorl	%ebx, %ebx
	xorw	%di, %di
2:	roll	$1, %ebx
	addl	%es:(%di), %ebx
	addw	$4, %di
	cmpw	$(BLOCKS * 512), %di
	jne	2b
	movw	$8, %cx
3:	roll	$4, %ebx
	movb	%bl, %al
	andb	$15, %al
	addb	$'0', %al
	cmpb	$'9', %al
	jbe	4f
	addb	$('a' - '9' - 1), %al
4:	call	put
	loop	3b
	movb	$'\n', %al
	/* fall through */

put:
	pushw	%ax
	movw	$(SERIAL + 5), %dx
5:	inb	%dx, %al
	testb	$0x20, %al
	jz	5b
	popw	%ax
	movw	$SERIAL, %dx
	outb	%al, %dx
1:	ret

drive:	.byte	0
	.balign	4
packet:	.byte	16, 0
	.word	BLOCKS
	.word	0, BUFFER
block:	.word	1
	.word	0, 0, 0

	.org	510
	.word	0xaa55

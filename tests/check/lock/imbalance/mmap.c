/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lock_mm_and_find_vma() returns with mmap_lock held if it returns something. */
#include "kernel.h"

struct mm_struct {
	struct rw_semaphore mmap_lock;
};

struct vm_area_struct {
	struct mm_struct *vm_mm;
	unsigned long vm_flags;
};

struct pt_regs;

struct vm_area_struct *lock_mm_and_find_vma(struct mm_struct *mm, unsigned long addr,
					    struct pt_regs *regs);
int handle_fault(struct vm_area_struct *vma);

int fault_ok(struct mm_struct *mm, unsigned long addr, struct pt_regs *regs)
{
	struct vm_area_struct *vma = lock_mm_and_find_vma(mm, addr, regs);
	int error;

	if (!vma)
		return -EINVAL;
	error = handle_fault(vma);
	up_read(&mm->mmap_lock);
	return error;
}

int fault_bad(struct mm_struct *mm, unsigned long addr, struct pt_regs *regs)
{
	struct vm_area_struct *vma = lock_mm_and_find_vma(mm, addr, regs); // step

	if (!vma)
		return -EINVAL;
	if (!vma->vm_flags)
		return -EPERM; // finds lock/imbalance
	handle_fault(vma);
	up_read(&mm->mmap_lock);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * compiler_types.h - the annotations of the miniature kernel in tests/kernel.h
 *
 * Force-included under the name that the kernel's own header has, so that lockgraph puts its
 * annotation header behind it, as it does for a kernel.
 */
#ifndef TESTS_LINUX_COMPILER_TYPES_H
#define TESTS_LINUX_COMPILER_TYPES_H

/* sparse: what of a context a function takes, gives back or needs; which space a pointer is in */
#define __acquires(x)
#define __releases(x)
#define __must_hold(x)
#define __must_hold_shared(x)
#define __acquires_shared(x)
#define __releases_shared(x)
#define __cond_acquires_shared(...)
#define __guarded_by(...)
#define __cond_acquires(...)
#define __cond_lock(x, c) (c)
#define __acquire(x) ((void)0)
#define __release(x) ((void)0)
#define __rcu
#define __user
#define __iomem
#define __percpu
#define __force

#define __cleanup(function) __attribute__((__cleanup__(function)))
#define __must_check __attribute__((__warn_unused_result__))
#define __always_inline inline __attribute__((__always_inline__))
#define __maybe_unused __attribute__((__unused__))
#define __noreturn __attribute__((__noreturn__))
#define __printf(format, first) __attribute__((__format__(printf, format, first)))
#define __init
#define __exit

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lockgraph-config.h - lockdep's configuration over any other
 *
 * Force-included right behind the kernel's kconfig.h. What lockdep needs to be told in the source
 * (subclasses, names of locks, might_sleep(), asserts, RCU conditions) vanishes in preprocessing
 * unless these are on. Only options that change no declaration which assembly or generated
 * headers depend on; a few layout assertions fail, which are defused below.
 */
#ifndef LOCKGRAPH_CONFIG_H
#define LOCKGRAPH_CONFIG_H

#define LOCKGRAPH 1

#ifndef CONFIG_LOCKDEP
#define CONFIG_LOCKDEP 1
#endif
#ifndef CONFIG_PROVE_LOCKING
#define CONFIG_PROVE_LOCKING 1
#endif
#ifndef CONFIG_DEBUG_LOCK_ALLOC
#define CONFIG_DEBUG_LOCK_ALLOC 1
#endif
#ifndef CONFIG_DEBUG_SPINLOCK
#define CONFIG_DEBUG_SPINLOCK 1
#endif
#ifndef CONFIG_DEBUG_WW_MUTEX_SLOWPATH
#define CONFIG_DEBUG_WW_MUTEX_SLOWPATH 1
#endif
#ifndef CONFIG_DEBUG_ATOMIC_SLEEP
#define CONFIG_DEBUG_ATOMIC_SLEEP 1
#endif
#ifndef CONFIG_PREEMPT_COUNT
#define CONFIG_PREEMPT_COUNT 1
#endif
#ifndef CONFIG_TRACE_IRQFLAGS
#define CONFIG_TRACE_IRQFLAGS 1
#endif
#ifndef CONFIG_PROVE_RCU
#define CONFIG_PROVE_RCU 1
#endif
#ifndef CONFIG_PROVE_RCU_LIST
#define CONFIG_PROVE_RCU_LIST 1
#endif
#ifndef CONFIG_PROVE_NVDIMM_LOCKING
#define CONFIG_PROVE_NVDIMM_LOCKING 1
#endif

/* These two are other types under PREEMPT_RT. */
#if !defined(CONFIG_PREEMPT_RT) && !defined(CONFIG_DEBUG_MUTEXES)
#define CONFIG_DEBUG_MUTEXES 1
#endif
#if !defined(CONFIG_PREEMPT_RT) && !defined(CONFIG_DEBUG_RWSEMS)
#define CONFIG_DEBUG_RWSEMS 1
#endif
#if defined(CONFIG_RT_MUTEXES) && !defined(CONFIG_DEBUG_RT_MUTEXES)
#define CONFIG_DEBUG_RT_MUTEXES 1
#endif

/* Debugging locks are never inlined: _raw_spin_unlock() stays one name. */
#undef CONFIG_INLINE_SPIN_TRYLOCK
#undef CONFIG_INLINE_SPIN_TRYLOCK_BH
#undef CONFIG_INLINE_SPIN_LOCK
#undef CONFIG_INLINE_SPIN_LOCK_BH
#undef CONFIG_INLINE_SPIN_LOCK_IRQ
#undef CONFIG_INLINE_SPIN_LOCK_IRQSAVE
#undef CONFIG_INLINE_SPIN_UNLOCK_BH
#undef CONFIG_INLINE_SPIN_UNLOCK_IRQ
#undef CONFIG_INLINE_SPIN_UNLOCK_IRQRESTORE
#undef CONFIG_INLINE_READ_TRYLOCK
#undef CONFIG_INLINE_READ_LOCK
#undef CONFIG_INLINE_READ_LOCK_BH
#undef CONFIG_INLINE_READ_LOCK_IRQ
#undef CONFIG_INLINE_READ_LOCK_IRQSAVE
#undef CONFIG_INLINE_READ_UNLOCK
#undef CONFIG_INLINE_READ_UNLOCK_BH
#undef CONFIG_INLINE_READ_UNLOCK_IRQ
#undef CONFIG_INLINE_READ_UNLOCK_IRQRESTORE
#undef CONFIG_INLINE_WRITE_TRYLOCK
#undef CONFIG_INLINE_WRITE_LOCK
#undef CONFIG_INLINE_WRITE_LOCK_BH
#undef CONFIG_INLINE_WRITE_LOCK_IRQ
#undef CONFIG_INLINE_WRITE_LOCK_IRQSAVE
#undef CONFIG_INLINE_WRITE_UNLOCK
#undef CONFIG_INLINE_WRITE_UNLOCK_BH
#undef CONFIG_INLINE_WRITE_UNLOCK_IRQ
#undef CONFIG_INLINE_WRITE_UNLOCK_IRQRESTORE
#ifndef CONFIG_UNINLINE_SPIN_UNLOCK
#define CONFIG_UNINLINE_SPIN_UNLOCK 1
#endif

/* Nobody links what is read here, and an exported name means nothing to a lock. */
#ifndef __DISABLE_EXPORTS
#define __DISABLE_EXPORTS 1
#endif

/*
 * Sizes are other than what assertions on layout expect. One that always holds may stand wherever
 * an assertion may: in a file, a block, a struct. (A name is not expanded again in its own text.)
 */
#define _Static_assert(...) _Static_assert(1, "")

#endif

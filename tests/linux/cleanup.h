/* SPDX-License-Identifier: GPL-2.0-or-later */
/* cleanup.h - guards: an object whose end of life releases what its beginning took */
#ifndef TESTS_LINUX_CLEANUP_H
#define TESTS_LINUX_CLEANUP_H

#include "compiler_types.h"

#include <stddef.h>

#define __free(name) __cleanup(__free_##name)
#define DEFINE_FREE(name, type, release)                                                           \
	static inline void __free_##name(void *at)                                                 \
	{                                                                                          \
		type _T = *(type *)at;                                                             \
		release;                                                                           \
	}
#define no_free_ptr(p)                                                                             \
	({                                                                                         \
		__typeof__(p) __taken = (p);                                                       \
		(p) = NULL;                                                                        \
		__taken;                                                                           \
	})
#define return_ptr(p) return no_free_ptr(p)

#define DEFINE_CLASS(name, type, exit, init, init_args...)                                         \
	typedef type class_##name##_t;                                                             \
	static inline void class_##name##_destructor(type *at)                                     \
	{                                                                                          \
		type _T = *at;                                                                     \
		exit;                                                                              \
	}                                                                                          \
	static inline type class_##name##_constructor(init_args)                                   \
	{                                                                                          \
		type made = init;                                                                  \
		return made;                                                                       \
	}
#define CLASS(name, variable)                                                                      \
	class_##name##_t variable __cleanup(class_##name##_destructor) = class_##name##_constructor

#define DEFINE_GUARD(name, type, lock, unlock)                                                     \
	DEFINE_CLASS(                                                                              \
		name, type, if (_T) { unlock; }, ({                                                \
			lock;                                                                      \
			_T;                                                                        \
		}),                                                                                \
		type _T)                                                                           \
	static inline void *class_##name##_lock_ptr(class_##name##_t *at)                          \
	{                                                                                          \
		return (void *)*at;                                                                \
	}
#define DEFINE_LOCK_GUARD_1(name, type, lock_it, unlock_it, members...)                            \
	typedef struct {                                                                           \
		type *lock;                                                                        \
		members;                                                                           \
	} class_##name##_t;                                                                        \
	static inline void class_##name##_destructor(class_##name##_t *_T)                         \
	{                                                                                          \
		if (_T->lock) {                                                                    \
			unlock_it;                                                                 \
		}                                                                                  \
	}                                                                                          \
	static inline void *class_##name##_lock_ptr(class_##name##_t *_T)                          \
	{                                                                                          \
		return _T->lock;                                                                   \
	}                                                                                          \
	static inline class_##name##_t class_##name##_constructor(type *l)                         \
	{                                                                                          \
		class_##name##_t made = { .lock = l }, *_T = &made;                                \
		lock_it;                                                                           \
		return made;                                                                       \
	}
#define DEFINE_LOCK_GUARD_0(name, lock_it, unlock_it)                                              \
	typedef struct {                                                                           \
		void *lock;                                                                        \
	} class_##name##_t;                                                                        \
	static inline void class_##name##_destructor(class_##name##_t *_T)                         \
	{                                                                                          \
		if (_T->lock) {                                                                    \
			unlock_it;                                                                 \
		}                                                                                  \
	}                                                                                          \
	static inline void *class_##name##_lock_ptr(class_##name##_t *_T)                          \
	{                                                                                          \
		return _T->lock;                                                                   \
	}                                                                                          \
	static inline class_##name##_t class_##name##_constructor(void)                            \
	{                                                                                          \
		class_##name##_t made = { .lock = (void *)1 };                                     \
		lock_it;                                                                           \
		return made;                                                                       \
	}

#define __GUARD_JOIN(a, b) a##b
#define __GUARD_NAME(line) __GUARD_JOIN(__guard_, line)
#define guard(name) CLASS(name, __GUARD_NAME(__COUNTER__))
#define DEFINE_GUARD_COND(name, ext, cond_lock)                                                    \
	EXTEND_CLASS(name, ext, ({                                                                 \
			     void *at = _T;                                                        \
			     if (_T && !(cond_lock))                                               \
				     at = NULL;                                                    \
			     at;                                                                   \
		     }),                                                                           \
		     class_##name##_t _T)                                                          \
	static inline void *class_##name##ext##_lock_ptr(class_##name##_t *at)                     \
	{                                                                                          \
		return class_##name##_lock_ptr(at);                                                \
	}
#define EXTEND_CLASS(name, ext, init, init_args...)                                                \
	typedef class_##name##_t class_##name##ext##_t;                                            \
	static inline void class_##name##ext##_destructor(class_##name##_t *p)                     \
	{                                                                                          \
		class_##name##_destructor(p);                                                      \
	}                                                                                          \
	static inline class_##name##_t class_##name##ext##_constructor(init_args)                  \
	{                                                                                          \
		class_##name##_t made = init;                                                      \
		return made;                                                                       \
	}
#define scoped_cond_guard(name, fail, args...)                                                     \
	for (CLASS(name, scope)(args), *done = NULL; !done; done = (void *)1)                      \
		if (!class_##name##_lock_ptr(&scope))                                             \
			fail;                                                                      \
		else
#define scoped_guard(name, args...)                                                                \
	for (CLASS(name, scope)(args), *done = NULL; class_##name##_lock_ptr(&scope) && !done;     \
	     done = (void *)1)

#endif

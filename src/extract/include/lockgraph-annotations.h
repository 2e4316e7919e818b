/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lockgraph-annotations.h - the kernel's annotations as attributes that libclang shows
 *
 * Force-included right behind the kernel's compiler_types.h, whose definitions it replaces. Each
 * becomes annotate("lockgraph:NAME:TEXT"); the names are those of src/facts/kinds.def.
 */
#ifndef LOCKGRAPH_ANNOTATIONS_H
#define LOCKGRAPH_ANNOTATIONS_H

/* Two levels, so that macros in the arguments are expanded before they become text. */
#define __lockgraph_text(...) #__VA_ARGS__
#define __lockgraph_note(name, ...)                                                                \
	__attribute__((annotate("lockgraph:" name ":" __lockgraph_text(__VA_ARGS__))))

/* Sparse's context annotations and clang's context analysis: the names are the same. */
#undef __must_hold
#undef __must_hold_shared
#undef __acquires
#undef __acquires_shared
#undef __releases
#undef __releases_shared
#define __must_hold(...) __lockgraph_note("must_hold", __VA_ARGS__)
#define __must_hold_shared(...) __lockgraph_note("must_hold_shared", __VA_ARGS__)
#define __acquires(...) __lockgraph_note("acquires", __VA_ARGS__)
#define __acquires_shared(...) __lockgraph_note("acquires_shared", __VA_ARGS__)
#define __releases(...) __lockgraph_note("releases", __VA_ARGS__)
#define __releases_shared(...) __lockgraph_note("releases_shared", __VA_ARGS__)

/* (LOCK) of old, (RESULT, LOCK) of new kernels. */
#undef __cond_acquires
#undef __cond_acquires_shared
#define __lockgraph_third(a, b, c, ...) c
#define __lockgraph_cond_1(lock) __lockgraph_note("cond_acquires", nonzero, lock)
#define __lockgraph_cond_2(result, lock) __lockgraph_note("cond_acquires", result, lock)
#define __cond_acquires(...)                                                                       \
	__lockgraph_third(__VA_ARGS__, __lockgraph_cond_2, __lockgraph_cond_1, )(__VA_ARGS__)
#define __cond_acquires_shared(...) __cond_acquires(__VA_ARGS__)

#undef __guarded_by
#undef __pt_guarded_by
#define __guarded_by(...) __lockgraph_note("guarded_by", __VA_ARGS__)
#define __pt_guarded_by(...) __lockgraph_note("guarded_by", __VA_ARGS__)

/* In front of the declared name, where an attribute belongs to what is declared. */
#undef __rcu
#define __rcu __lockgraph_note("rcu", )

/* libclang does not tell the function of a cleanup attribute. */
#undef __cleanup
#define __cleanup(function)                                                                        \
	__attribute__((__cleanup__(function))) __lockgraph_note("cleanup", function)

/* Says __init, __exit, per-CPU; the section itself does not matter here. */
#undef __section
#define __section(name) __lockgraph_note("section", name)

#undef __weak
#define __weak __attribute__((__weak__)) __lockgraph_note("weak", )

/* Sizes and layouts are not the kernel's own: see lockgraph-config.h. */
#undef compiletime_assert
#define compiletime_assert(condition, message)                                                     \
	do {                                                                                       \
	} while (0)

/* A choice between thirteen types at each READ_ONCE(); clang knows the answer. */
#undef __unqual_scalar_typeof
#define __unqual_scalar_typeof(x) __typeof_unqual__(x)

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules/load_p.h"

#include <string.h>

const char *lock_kind_name(enum lock_kind kind)
{
	static const char *const names[] = {
#define LOCK_KIND(symbol, name, wait, meaning) [LOCK_##symbol] = name,
#include "rules/lock_kinds.def"
#undef LOCK_KIND
	};

	g_assert((unsigned)kind < LOCK_KINDS);
	return names[kind];
}

bool lock_kind_find(const char *name, enum lock_kind *kind)
{
	for (int i = 0; i < LOCK_KINDS; i++) {
		if (!strcmp(name, lock_kind_name(i))) {
			*kind = i;
			return true;
		}
	}
	return false;
}

char *lock_kind_list(void)
{
	const char *names[LOCK_KINDS + 1] = { NULL };

	for (int i = 0; i < LOCK_KINDS; i++)
		names[i] = lock_kind_name(i);
	return g_strjoinv(", ", (char **)names);
}

enum lock_wait lock_kind_wait(enum lock_kind kind)
{
	static const enum lock_wait waits[] = {
#define LOCK_KIND(symbol, name, wait, meaning) [LOCK_##symbol] = LOCK_WAIT_##wait,
#include "rules/lock_kinds.def"
#undef LOCK_KIND
	};

	g_assert((unsigned)kind < LOCK_KINDS);
	return waits[kind];
}

const char *rules_spelling(const struct rules *rules, const char *name, bool plain,
			   struct arena *arena)
{
	for (guint i = 0; i < rules->spellings->len; i++) {
		const struct spelling *s = &g_array_index(rules->spellings, struct spelling, i);
		size_t length = strlen(name) - MIN(strlen(name), strlen(s->suffix));

		if (length && g_str_has_suffix(name, s->suffix) && (plain || !s->is_plain))
			return arena_printf(arena, "%.*s", (int)length, name);
	}
	return name;
}

const char *lock_mode_name(enum lock_mode mode)
{
	switch (mode) {
	case MODE_ANY:
		return "any";
	case MODE_WRITE:
		return "write";
	case MODE_READ:
		return "read";
	case MODE_RECURSIVE:
		return "recursive";
	}
	g_assert_not_reached();
}

const char *effect_op_name(enum effect_op op)
{
	switch (op) {
	case EFFECT_ACQUIRE:
		return "acquire";
	case EFFECT_RELEASE:
		return "release";
	case EFFECT_DOWNGRADE:
		return "downgrade";
	case EFFECT_MIGHT_LOCK:
		return "might_lock";
	case EFFECT_ASSERT_HELD:
		return "assert_held";
	case EFFECT_ASSERT_NOT_HELD:
		return "assert_not_held";
	case EFFECT_INIT:
		return "init";
	case EFFECT_SET_CLASS:
		return "set_class";
	case EFFECT_IRQ_OFF:
		return "irq_off";
	case EFFECT_IRQ_ON:
		return "irq_on";
	case EFFECT_BH_OFF:
		return "bh_off";
	case EFFECT_BH_ON:
		return "bh_on";
	case EFFECT_PREEMPT_OFF:
		return "preempt_off";
	case EFFECT_PREEMPT_ON:
		return "preempt_on";
	case EFFECT_PAGEFAULT_OFF:
		return "pagefault_off";
	case EFFECT_PAGEFAULT_ON:
		return "pagefault_on";
	case EFFECT_QUERY:
		return "query";
	case EFFECT_CONTEXT_INIT:
		return "context_init";
	case EFFECT_CONTEXT_DONE:
		return "context_done";
	case EFFECT_CONTEXT_FINI:
		return "context_fini";
	case EFFECT_CONTEXT_SLOW:
		return "context_slow";
	case EFFECT_SLEEP:
		return "sleep";
	}
	g_assert_not_reached();
}

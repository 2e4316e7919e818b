/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * exec.c - situations, and what context changes make of them
 */
#include "flow/flow.h"

struct situation_info {
	enum exec_level level;
	bool irqs_off, bh_off, preempt_off;
	const char *text;
};

static const struct situation_info situations[] = {
#define SITUATION(symbol, level, irqs, bh, preempt, name, text)                                    \
	[SITUATION_##symbol] = { EXEC_##level, irqs, bh, preempt, text },
#include "rules/situations.def"
#undef SITUATION
};

enum exec_level situation_level(enum situation situation)
{
	return situations[situation].level;
}

bool situation_irqs_off(enum situation situation)
{
	return situations[situation].irqs_off;
}

bool situation_bh_off(enum situation situation)
{
	return situations[situation].bh_off;
}

bool situation_preempt_off(enum situation situation)
{
	return situations[situation].preempt_off;
}

bool situation_may_sleep(enum situation situation)
{
	return situation == SITUATION_TASK;
}

const char *situation_text(enum situation situation)
{
	return situations[situation].text;
}

static enum situation find_situation(const struct situation_info *wanted)
{
	for (int s = 0; s < SITUATIONS; s++) {
		const struct situation_info *info = &situations[s];

		if (info->level == wanted->level && info->irqs_off == wanted->irqs_off &&
		    info->bh_off == wanted->bh_off && info->preempt_off == wanted->preempt_off)
			return (enum situation)s;
	}
	g_assert_not_reached();
}

enum situation exec_now_one(enum situation entered, const struct exec_context *exec, bool spinning)
{
	struct situation_info now = situations[entered];

	if (now.level == EXEC_HARDIRQ || now.level == EXEC_NMI)
		return entered;
	if (exec->hardirq > 0)
		return SITUATION_HARDIRQ;
	if (exec->softirq > 0)
		now = situations[SITUATION_SOFTIRQ];
	if (exec->irqs != IRQS_AS_AT_ENTRY)
		now.irqs_off = exec->irqs == IRQS_OFF;
	if (now.level == EXEC_TASK) {
		now.bh_off = now.bh_off + exec->bh > 0;
		now.preempt_off = spinning || now.preempt_off + exec->preempt > 0;
	}
	return find_situation(&now);
}

exec_set exec_now(exec_set entered, const struct exec_context *exec, bool spinning)
{
	exec_set now = 0;

	entered &= exec->entry;
	for (int s = 0; s < SITUATIONS; s++)
		if (entered & (1u << s))
			now |= 1u << exec_now_one((enum situation)s, exec, spinning);
	return now;
}

bool held_set_spins(const struct held_set *held)
{
	for (uint32_t i = 0; i < held->n; i++) {
		enum lock_wait wait = lock_kind_wait(held->locks[i].kind);

		if (wait == LOCK_WAIT_SPIN || wait == LOCK_WAIT_SPIN_RT)
			return true;
	}
	return false;
}

bool exec_context_changes(const struct exec_context *exec)
{
	return exec->irqs != IRQS_AS_AT_ENTRY || exec->guessed || exec->bh || exec->preempt ||
	       exec->pagefault || exec->hardirq || exec->softirq;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * own_operations.c - whose function an operation is
 *
 *   mark_inode_dirty(inode)  ->  inode->i_sb->s_op->dirty_inode(inode)
 *
 * leads to each file system. But one that is on the way already means its own, or none at all where
 * its table of operations does not have it. A module is told by its folder.
 *
 *   synchronize_rcu_tasks()  ->  wait_generic(&rcu_tasks)  ->  rtp->pregp_func(rtp)
 *
 * leads to what is stored in rcu_tasks, and not to what any other struct rcu_tasks has.
 */
#include "summary/summary_p.h"

#include <string.h>

static const char *file_of(const struct program *program, uint32_t function)
{
	const struct function *f = &program->functions[function];
	const struct facts *facts = program->units[f->unit].facts;

	return facts_file(facts, f->facts->loc.file);
}

static size_t folder_length(const char *file)
{
	const char *slash = strrchr(file, '/');

	return slash ? (size_t)(slash - file) : 0;
}

static bool are_of_one_folder(const struct program *program, uint32_t x, uint32_t y)
{
	const char *file = file_of(program, x), *other = file_of(program, y);
	size_t n = folder_length(file);

	return n == folder_length(other) && strncmp(file, other, n) == 0;
}

bool summary_is_anothers(const struct summaries *s, const struct call_event *event, uint32_t callee,
			 uint32_t function)
{
	const struct program *program = s->program;

	if (event->n_targets < 2 || !program_is_own_operation(program, event->callee) ||
	    are_of_one_folder(program, callee, function))
		return false;
	for (uint32_t i = 0; i < event->n_targets; i++)
		if (are_of_one_folder(program, event->targets[i], function))
			return true;
	return program_has_table(program, event->callee, file_of(program, function));
}

/* The parameter that @id is reached from; PROGRAM_NONE: none. */
static uint32_t root_param(const struct program *program, term_id id)
{
	struct term term = term_at(program->terms, id);

	while (term.kind != EXPR_PARAM && term.base)
		term = term_at(program->terms, term.base);
	return term.kind == EXPR_PARAM ? term.a : PROGRAM_NONE;
}

static bool has_target(const struct call_targets *targets, uint32_t function)
{
	for (size_t i = 0; i < targets->n; i++)
		if (targets->functions[i] == function)
			return true;
	return false;
}

bool summary_is_of_other_table(const struct summaries *s, uint32_t function,
			       const struct summary_call *call, const term_id *args, uint32_t n)
{
	const struct program *program = s->program;
	struct call_event given = { .args = args, .n_args = n };
	uint32_t param = root_param(program, call->event->callee);
	const struct call_targets *targets;

	if (call->event->n_targets < 2 || param >= n || !args[param])
		return false;
	targets = program_targets(program, function,
				  summary_translate(program, &given, call->event->callee));
	return targets->n && !has_target(targets, call->callee);
}

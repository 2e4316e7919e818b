/* SPDX-License-Identifier: GPL-2.0-or-later */
/* account.c - findings made from what flow/ found wrong in one function */
#include "check/check_p.h"

#include <string.h>

/* The lock as the function writes it; its class, where that begins with what some call returned. */
static const char *lock_text(const struct check_input *in, uint32_t function,
			     const struct held_lock *lock)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (lock->lock)
		program_print_term(in->program, function, lock->lock, text);
	if (lock->class_string && strstr(text->str, "(result)"))
		return held_label(in, lock);
	if (!text->len && lock->class_string)
		g_string_append(text, program_string(in->program, lock->class_string));
	return arena_strdup(in->arena, text->len ? text->str : lock_kind_name(lock->kind));
}

void account_step(struct account *a, struct flow_point where, const char *event, const char *what)
{
	struct finding_step *step = &a->steps[a->n++];

	*step = finding_step_at(a->in, a->function, where);
	step->event = event;
	step->what = what;
}

void account_acquire(struct account *a, struct flow_point where, uint32_t callee)
{
	const struct program *program = a->in->program;
	const char *what = arena_printf(a->in->arena, "takes %s", a->lock);

	if (callee != PROGRAM_NONE)
		what = arena_printf(a->in->arena, "calls %s(), which returns with %s held",
				    function_name(program, callee), a->lock);
	account_step(a, where, "acquire", what);
	a->steps[a->n - 1].lock = finding_lock_of_held(a->in, &a->problem->lock).class_name;
}

void account_release(struct account *a, struct flow_point where, uint32_t callee)
{
	const char *what = arena_printf(a->in->arena, "releases %s", a->lock);

	if (callee != PROGRAM_NONE)
		what = arena_printf(a->in->arena, "calls %s(), which releases %s",
				    function_name(a->in->program, callee), a->lock);
	account_step(a, where, "release", what);
}

struct account account_begin(const struct check_input *in, uint32_t function,
			     const struct problem *problem)
{
	return (struct account){ .in = in,
				 .function = function,
				 .problem = problem,
				 .lock = lock_text(in, function, &problem->lock) };
}

struct finding *account_finding(const struct account *a, enum rule_id rule, const char *message)
{
	const struct check_input *in = a->in;
	struct finding *f = finding_new(in, rule, a->problem->confidence);
	struct finding_path *path = arena_new_struct(in->arena, struct finding_path);
	struct finding_lock *lock = arena_new_struct(in->arena, struct finding_lock);

	*lock = finding_lock_of_held(in, &a->problem->lock);
	path->steps = arena_memdup(in->arena, a->steps, a->n * sizeof(a->steps[0]));
	path->n = a->n;
	f->message = message;
	f->locks = lock;
	f->n_locks = 1;
	f->paths = path;
	f->n_paths = 1;
	f->location = finding_step_at(in, a->function, a->problem->where);
	return f;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lock_imbalance.c - held on some returns only, released unheld
 *
 *   mutex_lock(&d->lock);
 *   if (bad)
 *           return -EINVAL;       <- returns with it held
 *   mutex_unlock(&d->lock);
 *   return 0;                     <- this one does not
 *
 * flow/ finds them path by path and has dropped what is told by the result, or by what arguments
 * point to, so that trylocks, lock functions and _interruptible variants are not findings. Where
 * an argument's value tells, it is one unless a caller shows that it knows. Only functions that
 * the user asked about are looked at.
 */
#include "check/check_p.h"
#include "flow/flow.h"

static struct finding_step step_at(const struct check_input *in, uint32_t function,
				   struct flow_point where)
{
	const struct facts *facts = in->program->units[in->program->functions[function].unit].facts;
	struct fact_loc loc = flow_location(in->program, function, where);

	return (struct finding_step){ .file = facts_file(facts, loc.file),
				      .line = loc.line,
				      .column = loc.column,
				      .function = function_name(in->program, function) };
}

/* The lock as the function writes it. */
static const char *lock_text(const struct check_input *in, uint32_t function,
			     const struct held_lock *lock)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (lock->lock)
		program_print_term(in->program, function, lock->lock, text);
	if (!text->len && lock->class_string)
		g_string_append(text, program_string(in->program, lock->class_string));
	return arena_strdup(in->arena, text->len ? text->str : lock_kind_name(lock->kind));
}

static struct finding_lock lock_of(const struct check_input *in, const struct held_lock *lock)
{
	const char *kind = lock_kind_name(lock->kind);

	if (!lock->class_string) /* only the callers know it */
		return (struct finding_lock){ .class_name = kind, .name = kind, .kind = kind };
	return (struct finding_lock){ .class_name = program_string(in->program, lock->class_string),
				      .name = program_lockdep_name(in->program, lock->class_string),
				      .kind = kind };
}

/* A problem that is being written up. */
struct account {
	const struct check_input *in;
	uint32_t function;
	const struct problem *problem;
	const char *lock;
	struct finding_step steps[3];
	size_t n;
};

static void add_step(struct account *a, struct flow_point where, const char *event,
		     const char *what)
{
	struct finding_step *step = &a->steps[a->n++];

	*step = step_at(a->in, a->function, where);
	step->event = event;
	step->what = what;
}

static void add_acquire(struct account *a, struct flow_point where, uint32_t callee)
{
	const struct program *program = a->in->program;
	const char *what = arena_printf(a->in->arena, "takes %s", a->lock);

	if (callee != PROGRAM_NONE)
		what = arena_printf(a->in->arena, "calls %s(), which returns with %s held",
				    function_name(program, callee), a->lock);
	add_step(a, where, "acquire", what);
	a->steps[a->n - 1].lock = lock_of(a->in, &a->problem->lock).class_name;
}

/* Fills the steps; the message. */
static const char *tell(struct account *a)
{
	const struct problem *p = a->problem;
	const char *function = function_name(a->in->program, a->function);

	switch (p->kind) {
	case PROBLEM_HELD_AT_EXIT:
		add_acquire(a, p->lock.where, p->callee);
		add_step(a, p->where, "return",
			 arena_printf(a->in->arena, "returns with %s held", a->lock));
		add_step(a, p->other, "return", "this return does not hold it");
		return arena_printf(a->in->arena,
				    "%s() returns with %s held here, and elsewhere without",
				    function, a->lock);
	case PROBLEM_RELEASE_UNHELD:
		add_step(a, p->where, "release",
			 arena_printf(a->in->arena, "releases %s", a->lock));
		return arena_printf(a->in->arena,
				    "%s is released on a path on which it is not held", a->lock);
	case PROBLEM_DOUBLE_RELEASE:
		add_step(a, p->where, "release",
			 arena_printf(a->in->arena, "releases %s", a->lock));
		return arena_printf(a->in->arena, "%s is released a second time", a->lock);
	case PROBLEM_WRONG_MODE:
		add_acquire(a, p->other, PROGRAM_NONE);
		add_step(a, p->where, "release",
			 arena_printf(a->in->arena, "releases %s", a->lock));
		return arena_printf(a->in->arena, "%s is released %s", a->lock,
				    p->lock.mode == MODE_WRITE
					    ? "for writing but held for reading"
					    : "for reading but held for writing");
	case PROBLEM_DOUBLE_ACQUIRE:
		break; /* the graph's recursions have it: deadlock_self.c */
	}
	return NULL;
}

static void report_problem(const struct check_input *in, uint32_t function,
			   const struct problem *problem)
{
	struct account a = { .in = in,
			     .function = function,
			     .problem = problem,
			     .lock = lock_text(in, function, &problem->lock) };
	struct finding *f = finding_new(in, RULE_LOCK_IMBALANCE, problem->confidence);
	struct finding_path *path = arena_new_struct(in->arena, struct finding_path);
	struct finding_lock *lock = arena_new_struct(in->arena, struct finding_lock);

	f->message = tell(&a);
	if (!f->message)
		return;
	*lock = lock_of(in, &problem->lock);
	path->steps = arena_memdup(in->arena, a.steps, a.n * sizeof(a.steps[0]));
	path->n = a.n;
	f->locks = lock;
	f->n_locks = 1;
	f->paths = path;
	f->n_paths = 1;
	f->location = step_at(in, function, problem->where);
	if (problem->kind != PROBLEM_HELD_AT_EXIT)
		f->lockdep_title = "bad unlock balance detected!";
	if (step_in_scope(in, &f->location))
		finding_emit(in, f);
}

/* --- problems that a caller may answer for --------------------------------------------------- */

/* Callers of callers that hand a lock on; deeper chains were not seen. */
#define MOST_HANDED_ON 4

static bool is_answered(const struct check_input *in, uint32_t function, int depth);

/* Does @caller release what @function left held, or hold what that releases? */
static bool answers(const struct check_input *in, uint32_t caller, uint32_t function, int depth)
{
	const struct flow_result *flow = in->summaries->functions[caller].flow;

	for (uint32_t i = 0; flow && i < flow->n_answers; i++) {
		const struct answer *answer = &flow->answers[i];

		if (answer->callee == function &&
		    (!answer->is_passed_on || is_answered(in, caller, depth + 1)))
			return true;
	}
	return false;
}

static bool is_answered(const struct check_input *in, uint32_t function, int depth)
{
	for (uint32_t f = 0; depth < MOST_HANDED_ON && f < in->program->n_functions; f++)
		if (f != function && answers(in, f, function, depth))
			return true;
	return false;
}

static void run(const struct check_input *in)
{
	for (uint32_t f = 0; f < in->program->n_functions; f++) {
		const struct flow_result *flow = in->summaries->functions[f].flow;

		if (!in->program->functions[f].in_scope || !flow)
			continue;
		for (uint32_t i = 0; i < flow->n_problems; i++)
			if (!flow->problems[i].is_told || !is_answered(in, f, 0))
				report_problem(in, f, &flow->problems[i]);
	}
}

const struct check check_lock_imbalance = { .name = "lock_imbalance", .run = run };

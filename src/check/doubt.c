/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * doubt.c - what speaks against a finding on the lock graph whose calls are likely, one by one
 *
 * A class stands for all its objects, and a call through a pointer for all that were ever stored in
 * such a place. Where neither leaves more than "some object, some function", the two halves of a
 * finding seldom meet in one machine: it is a note then, which says why. What is sure in all else
 * stays what it is.
 */
#include "check/check_p.h"

#include <string.h>

void finding_note(const struct check_input *in, struct finding *f, const char *why)
{
	f->doubt = f->doubt ? arena_printf(in->arena, "%s; %s", f->doubt, why) : why;
	f->severity = SEVERITY_NOTE;
}

/* --- calls through pointers ------------------------------------------------------------------- */

/*
 * One call that may go to a few drivers' functions is what any ways to a driver look like, and the
 * object tells the driver which. Several such calls seldom go to those named at once.
 */
#define MOST_CHOICES 4

static void weigh_calls(const struct check_input *in, struct finding *f)
{
	const char *loose = NULL;
	uint64_t choices = 1;

	for (size_t i = 0; i < f->n_paths; i++) {
		loose = loose ? loose : f->paths[i].loose;
		choices *= MAX(f->paths[i].choices, 1);
	}
	if (choices > MOST_CHOICES)
		finding_note(in, f,
			     arena_printf(in->arena, "nothing tells which one is called: %s",
					  loose));
}

/* --- objects ---------------------------------------------------------------------------------- */

bool class_is_of_many_objects(const struct lock_class *class)
{
	return g_str_has_prefix(class->class_name + (class->class_name[0] == '*'), "struct ");
}

bool class_is_of_several_kinds(const struct check_input *in, const struct lock_class *class)
{
	size_t n = 0;

	program_lockdep_names(in->program, class->class_string, &n);
	return class_is_of_many_objects(class) &&
	       (n > 1 || program_is_keyed(in->program, class->class_string));
}

static const struct lock_class *class_of(const struct check_input *in,
					 const struct finding_lock *lock)
{
	uint32_t class = graph_find_class(in->graph, lock->class_name);

	return class == PROGRAM_NONE ? NULL : &in->graph->classes[class];
}

/* "fs/ext4" of "fs/ext4/file.c": where a file system, a driver, a protocol is; headers are nowhere.
 */
static const char *folder_end(const char *file)
{
	const char *first = strchr(file, '/'), *last = strrchr(file, '/');

	return first == last || g_str_has_prefix(file, "include/") ? NULL : last;
}

static bool has_folder(const struct finding_path *path, const char *folder, size_t length)
{
	for (size_t i = 0; i < path->n; i++) {
		const char *end = folder_end(path->steps[i].file);

		if (end && (size_t)(end - path->steps[i].file) == length &&
		    !strncmp(path->steps[i].file, folder, length))
			return true;
	}
	return false;
}

/* Of the folders of @x one that @y has not, the last one; NULL if they have one in common. */
static const char *own_folder(const struct check_input *in, const struct finding_path *x,
			      const struct finding_path *y)
{
	const char *own = NULL;

	for (size_t i = 0; i < x->n; i++) {
		const char *file = x->steps[i].file, *end = folder_end(file);

		if (!end)
			continue;
		if (has_folder(y, file, (size_t)(end - file)))
			return NULL;
		own = arena_printf(in->arena, "%.*s", (int)(end - file), file);
	}
	return own;
}

/* The folders of two chains that have none in common. */
static bool are_apart(const struct check_input *in, const struct finding *f, const char **x,
		      const char **y)
{
	for (size_t i = 0; i < f->n_paths; i++) {
		for (size_t j = i + 1; j < f->n_paths; j++) {
			*x = own_folder(in, &f->paths[i], &f->paths[j]);
			*y = own_folder(in, &f->paths[j], &f->paths[i]);
			if (*x && *y)
				return true;
		}
	}
	return false;
}

/* Two drivers meet in what there is one of, hardly ever in the same inode. */
static void weigh_objects(const struct check_input *in, struct finding *f)
{
	const char *x, *y;

	if (f->n_paths < 2 || !are_apart(in, f, &x, &y))
		return;
	for (size_t i = 0; i < f->n_locks; i++) {
		const struct lock_class *class = class_of(in, &f->locks[i]);

		if (!class || !class_is_of_several_kinds(in, class))
			continue;
		finding_note(
			in, f,
			arena_printf(in->arena,
				     "%s of %s and that of %s may be two, and lockdep has several "
				     "classes of it",
				     class_label(in, (uint32_t)(class - in->graph->classes)), x,
				     y));
		return;
	}
}

/* --- semaphores ------------------------------------------------------------------------------- */

/* What is handed to a callback is no longer the task's that waits: it comes back by itself. */
static void weigh_semaphores(const struct check_input *in, struct finding *f)
{
	for (size_t i = 0; i < f->n_locks; i++) {
		const struct lock_class *class = class_of(in, &f->locks[i]);
		const char *why = class && class->kind == LOCK_SEMAPHORE
					  ? semaphore_why_it_counts(in, class)
					  : NULL;

		if (!why)
			continue;
		finding_note(in, f, why);
		return;
	}
}

/* --- chains ----------------------------------------------------------------------------------- */

/*
 * Of longer ones none was seen to be true; nor of those that only lead on for who drops the last
 * reference: who holds a lock of an object knows of one more, mostly, and the farther away the
 * sooner (docs/triage/defconfig-locks.md).
 */
#define MOST_STEPS 13
#define MOST_STEPS_OF_LAST 6

static void weigh_last(const struct check_input *in, struct finding *f)
{
	size_t last = 0;

	for (size_t i = 0; i < f->n_paths; i++)
		last = MAX(last, f->paths[i].last ? f->paths[i].n : 0);
	if (last > MOST_STEPS_OF_LAST)
		finding_note(in, f,
			     "only who drops the last reference comes there, and somebody on the "
			     "way mostly has one more");
}

static void weigh_chains(const struct check_input *in, struct finding *f)
{
	size_t longest = 0;

	for (size_t i = 0; i < f->n_paths; i++)
		longest = MAX(longest, f->paths[i].n);
	weigh_last(in, f);
	if (longest > MOST_STEPS)
		finding_note(in, f,
			     arena_printf(in->arena,
					  "over a chain of %zu steps somebody mostly knows better",
					  longest));
}

/* "f(x); lock(y);" with x->lock held, which f() gives up on some of its ways. */
static void weigh_held(const struct check_input *in, struct finding *f)
{
	for (size_t i = 0; i < f->n_paths; i++) {
		if (!f->paths[i].handed)
			continue;
		finding_note(in, f,
			     arena_printf(in->arena,
					  "a function called before may have given %s up",
					  f->paths[i].holds_label));
		return;
	}
}

/* "f(handle)" on a way to where a transaction is begun by who has none. */
static void weigh_carried(const struct check_input *in, struct finding *f)
{
	for (size_t i = 0; i < f->n_paths; i++) {
		const char *member = f->paths[i].carried;

		if (!member)
			continue;
		finding_note(in, f,
			     arena_printf(in->arena,
					  "a call on the way is made where %s is not set, and who "
					  "is handed what goes with it comes there",
					  member));
		return;
	}
}

/*
 * Under a condition that nobody on the way is known to fulfil somebody else mostly excludes it, the
 * more calls there are the sooner. Of thirty that were read with up to nine steps nine were true,
 * of nine longer ones none (docs/triage/x86-scopes.md); a few long ones known before are true.
 */
#define MOST_OPEN_STEPS 9

/* Says why it is no error. */
static void weigh_conditions(const struct check_input *in, struct finding *f)
{
	static const char why[] =
		"some call on the way is made under a condition that nobody on it "
		"is known to fulfil";
	size_t steps = 0;
	bool open = false;

	for (size_t i = 0; i < f->n_paths; i++) {
		steps += f->paths[i].n;
		open |= f->paths[i].open;
	}
	if (!open || f->severity == SEVERITY_NOTE)
		return;
	if (steps > MOST_OPEN_STEPS)
		finding_note(in, f, why);
	else
		f->doubt = why;
}

/* ---------------------------------------------------------------------------------------------- */

/* As it will be emitted; @f stays as it is: to doubt twice is to doubt more. */
static bool will_be_warning(const struct finding *f)
{
	struct finding limited = *f;

	finding_doubt(&limited);
	return limited.severity == SEVERITY_WARNING;
}

void finding_weigh_last(const struct check_input *in, struct finding *f)
{
	if (will_be_warning(f))
		weigh_last(in, f);
}

void finding_weigh(const struct check_input *in, struct finding *f)
{
	bool is_warning = will_be_warning(f);

	weigh_semaphores(in, f);
	weigh_carried(in, f);
	if (!is_warning)
		return;
	weigh_calls(in, f);
	weigh_objects(in, f);
	weigh_held(in, f);
	weigh_chains(in, f);
	weigh_conditions(in, f);
}

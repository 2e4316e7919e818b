/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * lock_pointer.c - pointers that only ever point to locks of one class
 *
 *   cdev->ccwlock = &sch->lock;
 *
 * is all that is ever stored there, so spin_lock(cdev->ccwlock) takes the subchannel's lock, and
 * lockdep calls it so. Where locks of several classes are stored, or something that nobody knows,
 * the member goes on standing for the lock: "*struct ccw_device.ccwlock".
 */
#include "program/link_p.h"
#include "program/pts_p.h"

struct lock_pointers {
	const struct program *program;
	GHashTable *classes; /* of what is behind the pointer -> of what it points to */
};

/* The class that locks at all of @places have; 0 where there is none. */
static uint32_t common_class(const struct program *program, const GArray *places)
{
	uint32_t common = 0;

	for (guint i = 0; i < places->len; i++) {
		term_id place = g_array_index(places, term_id, i);
		uint32_t class = program_lock_class(program, program_lock_object(program, place));

		if (!class || (common && class != common))
			return 0;
		common = class;
	}
	return common;
}

static void note_pointer(term_id pointer, const GArray *places, void *data)
{
	struct lock_pointers *found = data;
	const struct program *program = found->program;
	uint32_t behind = program_lock_class(program, term_deref(program->terms, pointer));
	uint32_t class = common_class(program, places);

	if (behind && class && behind != class)
		g_hash_table_insert(found->classes, GUINT_TO_POINTER(behind),
				    GUINT_TO_POINTER(class));
}

GHashTable *program_collect_lock_pointers(const struct program *program)
{
	struct lock_pointers found = { .program = program,
				       .classes = g_hash_table_new(NULL, NULL) };

	pts_each_lock_pointer(program->fnptr, note_pointer, &found);
	return found.classes;
}

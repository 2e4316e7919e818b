/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * asked.h - what program_targets() and program_points_to() were asked in this run
 *
 * For who wants to know later whether the same questions would have the same answers.
 */
#ifndef LOCKGRAPH_PROGRAM_ASKED_H
#define LOCKGRAPH_PROGRAM_ASKED_H

#include "program/portable.h"

/* What @value, in @function, may call; or what it may point to. */
struct program_question {
	uint32_t function;
	term_id value;
	bool is_call;
};

typedef void (*program_question_fn)(const struct program_question *question, void *data);

/* Calls @fn for each question that was asked, in no order. */
void program_each_question(const struct program *program, program_question_fn fn, void *data);

/* Asks again: a digest of the answer. */
uint64_t program_ask(const struct program *program, const struct portable *portable,
		     const struct program_question *question);

/* The parts that a class ends in, as found out before; @parts, of strings, is taken over. */
void program_set_class_parts(const struct program *program, uint32_t class, GArray *parts);

#endif

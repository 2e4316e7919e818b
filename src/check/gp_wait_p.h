/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gp_wait_p.h - where a point of a function lies in its loops
 *
 * Knows nothing of what is done there.
 */
#ifndef LOCKGRAPH_CHECK_GP_WAIT_P_H
#define LOCKGRAPH_CHECK_GP_WAIT_P_H

#include "check/chain_p.h"

/*
 * Whether @where is passed once for each element of something: in a loop over a list or an array,
 * or in one that takes an element out, or frees one, in each turn. Not in one that goes on until
 * something has happened, or tries a fixed number of times. *@loop is where the loop begins. There
 * may be turns that do not come by @where: then it is passed for some of the elements, or for one.
 */
enum loop_turns { LOOP_NO_TURN, LOOP_SOME_TURNS, LOOP_EVERY_TURN };

enum loop_turns loop_per_element(const struct check_input *in, uint32_t function,
				 struct flow_point where, struct fact_loc *loop);

#endif

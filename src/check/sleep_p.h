/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sleep_p.h - what the checks that ask about sleeping share
 *
 * A site is a step of a function from where something sleeps: the sleeping primitive itself, or a
 * call of what leads to one. Which sites are bugs is each check's to say.
 */
#ifndef LOCKGRAPH_CHECK_SLEEP_P_H
#define LOCKGRAPH_CHECK_SLEEP_P_H

#include "check/check_p.h"

struct sleep_site {
	const struct check_input *in;
	uint32_t function;
	const struct held_set *held; /* there */
	const struct exec_context *exec;
	struct sleep_way way; /* as the function sees it; its first step is the site */
};

typedef bool (*sleep_site_fn)(const struct sleep_site *site, void *data);

/*
 * Calls @look for the ways from each step of @function, the surest first, until it returns true:
 * then it goes on with the next step.
 */
void sleep_sites_of(const struct check_input *in, uint32_t function, sleep_site_fn look,
		    void *data);

/* The same, of ways that end in a wait for a grace period only. */
void sleep_waits_of(const struct check_input *in, uint32_t function, sleep_site_fn look,
		    void *data);

/* Whether the held lock is given up before it sleeps. */
bool sleep_is_dropped(const struct sleep_way *way, const struct held_lock *held);

/*
 * Arguments of its callers may tell whether the function sleeps there: flags, a bool.
 * sleep_is_open() says whether they do; sleep_find_decider() finds a caller whose constants say
 * that it sleeps, and the calls from there on down to the function: struct sleep_caller.
 */
struct sleep_caller {
	uint32_t function;
	const struct summary_call *call;
};
struct sleep_callers;
struct sleep_callers *sleep_callers_new(const struct summaries *summaries);
void sleep_callers_free(struct sleep_callers *callers);
bool sleep_is_open(const struct sleep_site *site);
bool sleep_find_decider(const struct sleep_site *site, struct sleep_callers *callers,
			GArray *calls);

/* How sure it is that it sleeps there: a long way of calls is less sure as a whole. */
int sleep_confidence(const struct sleep_site *site);

/* Makes @f a note where pointers to functions leave too much open on the way down. */
void sleep_weigh(const struct sleep_site *site, struct finding *f);

/* The same where not a lock, but how the function is entered, says that it may not sleep. */
void sleep_weigh_entry(const struct sleep_site *site, struct finding *f);

/* Whether something speaks against @held, or what is off at @off, being so there (sleep_doubt.c). */
int sleep_lock_confidence(const struct sleep_site *site, const struct held_lock *held);
bool sleep_off_is_doubtful(const struct sleep_site *site, const struct exec_site *off);

/* Adds the steps from the site on down to where it sleeps. */
void sleep_add_steps(const struct sleep_site *site, GArray *steps);

/* Adds the calls of struct sleep_caller. */
void sleep_add_callers(const struct check_input *in, const GArray *calls, GArray *steps);

/* Adds how @held came to be held. */
void sleep_add_held(const struct sleep_site *site, const struct held_lock *held, GArray *steps);

/* "mutex_lock() waits for &x->lock", "kmalloc() waits for memory (GFP_KERNEL)". */
const char *sleep_what(const struct sleep_site *site);

/* "f() may sleep", "kmalloc() may wait for memory (GFP_KERNEL)": of what the site calls. */
const char *sleep_claim(const struct sleep_site *site);

/* What can be done about an allocation, or @otherwise. */
const char *sleep_help(const struct sleep_site *site, const char *otherwise);

/* The lock that is waited for, or NULL. */
const struct held_lock *sleep_lock(const struct sleep_site *site);

#endif

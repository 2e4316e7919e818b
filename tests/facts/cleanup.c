/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Cleanup attributes: on every way out of a scope, last declared first, after the value. */
#include "linux/compiler_types.h"

struct lock;
struct guard {
	struct lock *lock;
};
struct guard guard_begin(struct lock *lock);
void guard_end(struct guard *guard);
void free_int(int *at);
int f(int x);

#define GUARD(name, lock) struct guard name __cleanup(guard_end) = guard_begin(lock)

int nested(struct lock *a, struct lock *b, int x)
{
	GUARD(outer, a);
	// fact: call #0 = guard_begin(a)
	// fact: declare outer = #0

	if (x) { // fact: branch x
		GUARD(inner, b);
		// fact: call #1 = guard_begin(b)
		// fact: declare inner = #1

		if (x == 2) // fact: branch x == 2
			return f(x);
			// fact: call #2 = f(x)
			// fact: cleanup #3 = guard_end(&inner) discarded
			// fact: cleanup #4 = guard_end(&outer) discarded
			// fact: return #2
	} // fact: cleanup #5 = guard_end(&inner) discarded
	return x;
	// fact: cleanup #6 = guard_end(&outer) discarded
	// fact: return x
}

int loop(struct lock *a, int x)
{
	while (f(x)) {
		// fact: call #0 = f(x)
		// fact: branch #0
		GUARD(each, a);
		// fact: call #1 = guard_begin(a)
		// fact: declare each = #1

		if (x == 1) // fact: branch x == 1
			continue; // fact: cleanup #2 = guard_end(&each) discarded
		if (x == 2) // fact: branch x == 2
			break; // fact: cleanup #3 = guard_end(&each) discarded
		x++; // fact: assign x = x + 1
	} // fact: cleanup #4 = guard_end(&each) discarded
	return 0; // fact: return 0
}

int forward(struct lock *a, struct lock *b, int x)
{
	GUARD(outer, a);
	// fact: call #0 = guard_begin(a)
	// fact: declare outer = #0
	{
		GUARD(inner, b);
		// fact: call #1 = guard_begin(b)
		// fact: declare inner = #1

		if (x) // fact: branch x
			goto out; // fact: cleanup #5 = guard_end(&inner) discarded
		f(1); // fact: call #2 = f(1) discarded
	} // fact: cleanup #3 = guard_end(&inner) discarded
	f(2); // fact: call #4 = f(2) discarded
out:
	f(3); // fact: call #6 = f(3) discarded
	return 0;
	// fact: cleanup #7 = guard_end(&outer) discarded
	// fact: return 0
}

int backward(struct lock *a, int x)
{
again:
	f(0); // fact: call #0 = f(0) discarded
	{
		GUARD(inner, a);
		// fact: call #1 = guard_begin(a)
		// fact: declare inner = #1

		if (f(x))
		// fact: call #2 = f(x)
		// fact: branch #2
			goto again; // fact: cleanup #3 = guard_end(&inner) discarded
	} // fact: cleanup #4 = guard_end(&inner) discarded
	return 0; // fact: return 0
}

#define scoped(lock)                                                                               \
	for (struct guard scope __cleanup(guard_end) = guard_begin(lock), *done = (void *)0; !done; \
	     done = (void *)1)

int scope_as_loop(struct lock *a, int x)
{
	scoped(a) {
		// fact: call #0 = guard_begin(a)
		// fact: declare scope = #0
		// fact: declare done = 0
		// fact: branch done
		// fact: assign done = 1
		if (x) // fact: branch x
			return 1;
			// fact: cleanup #1 = guard_end(&scope) discarded
			// fact: return 1
		f(x); // fact: call #2 = f(x) discarded
	} // fact: cleanup #3 = guard_end(&scope) discarded
	return 2; // fact: return 2
}

int value_of_block(struct lock *a, int *p)
{
	return ({ // fact: return local1
		GUARD(inner, a);
		// fact: call #0 = guard_begin(a)
		// fact: declare inner = #0
		*p; // fact: assign local1 = *p
	}); // fact: cleanup #1 = guard_end(&inner) discarded
}

int without_header(int x)
{
	int copy __attribute__((cleanup(free_int))) = x; // fact: declare copy = x

	return copy;
	// fact: cleanup #0 = free_int(&copy) discarded
	// fact: return copy
}

/* Written out, and behind the name of a type. */
typedef struct guard guard_t;

void plain(struct lock *a)
{
	guard_t guard __attribute__((__cleanup__(guard_end))) = guard_begin(a);
	// fact: call #0 = guard_begin(a)
	// fact: declare guard = #0
	f(1); // fact: call #1 = f(1) discarded
} // fact: cleanup #2 = guard_end(&guard) discarded
// fact: return

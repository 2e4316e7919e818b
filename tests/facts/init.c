/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma clang diagnostic ignored "-Wmissing-braces"
/* Initialisers: one fact a scalar, designated or not, with and without inner braces. */
struct ops {
	int (*open)(int);
	const char *name;
	struct {
		int depth;
		int (*close)(int);
	} inner;
	union {
		int number;
		void *pointer;
	};
};

static int open_it(int x)
{
	return x; // fact: return x
}

static int close_it(int x)
{
	return x; // fact: return x
}

static const struct ops designated = {
	.open = open_it, // fact: init designated.open = open_it
	.name = "designated", // fact: init designated.name = "designated"
	.inner = { .depth = 1, .close = close_it },
	// fact: init designated.inner.depth = 1
	// fact: init designated.inner.close = close_it
	.pointer = (void *)&designated, // fact: init designated.pointer = &designated
};

const struct ops *positions[] = {
	&designated, // fact: init positions[0] = &designated
	[3] = &designated, // fact: init positions[3] = &designated
	&designated, // fact: init positions[4] = &designated
	[6 ... 8] = &designated, // fact: init positions[6] = &designated
};

struct ops without_braces[2] = {
	open_it, "first", 7, close_it, 0,
	// fact: init without_braces[0].open = open_it
	// fact: init without_braces[0].name = "first"
	// fact: init without_braces[0].inner.depth = 7
	// fact: init without_braces[0].inner.close = close_it
	{ .inner.close = close_it, .open = open_it },
	// fact: init without_braces[1].inner.close = close_it
	// fact: init without_braces[1].open = open_it
};

int ints[100] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
		  23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42,
		  43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62,
		  63, 64, 65, 66 };

int locals(struct ops *p, int x)
{
	struct ops o = { .open = open_it, .inner.depth = x };
	// fact: declare o = 0
	// fact: declare o.open = open_it
	// fact: declare o.inner.depth = x
	static int (*const kept)(int) = close_it; // fact: init locals.kept = close_it

	*p = (struct ops){ .name = "literal" };
	// fact: assign *p = 0
	// fact: assign p->name = "literal"
	o = *p; // fact: assign o = *p
	return kept(x) + o.open(x);
	// fact: call #0 = locals.kept(x)
	// fact: call #1 = o.open(x)
	// fact: return #0 + #1
}

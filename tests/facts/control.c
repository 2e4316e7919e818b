/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Statements: no expression hides control flow, dead branches vanish, every jump has its edges. */
int f(int x), g(int x), h(int x);
void effect(int x);
void give_up(void) __attribute__((noreturn));
void give_way(int x), stay(int x);

int short_circuit(int a, int b, int c)
{
	int x;

	if (a && (b || !c))
	// fact: branch a -> 1, 4
	// fact: branch b -> 3, 2
	// fact: branch c -> 4, 3
		return f(a);
		// fact: call #0 = f(a)
		// fact: return #0
	x = a || b;
	// fact: branch a
	// fact: branch b
	// fact: assign local0 = 1
	// fact: assign local0 = 0
	// fact: assign x = local0
	return x;
	// fact: return x
}

/* Each way returns by itself: what is known on it is known together with the value. */
int ways_of_returning(int a, int b)
{
	if (a == 1)
	// fact: branch a == 1
		return a || b;
		// fact: branch a
		// fact: branch b
		// fact: return 1
		// fact: return 0
	if (a == 2)
	// fact: branch a == 2
		return !(a && b);
		// fact: branch a
		// fact: branch b
		// fact: return 0
		// fact: return 1
	return a ? f(b) : b ? 3 : g(b);
	// fact: branch a
	// fact: call #0 = f(b)
	// fact: return #0
	// fact: branch b
	// fact: return 3
	// fact: call #1 = g(b)
	// fact: return #1
}

/* A call of one of two functions is two calls. */
int chosen(int a, int b)
{
	(a ? give_way : stay)(b);
	// fact: branch a
	// fact: call #0 = give_way(b) discarded
	// fact: call #1 = stay(b) discarded
	return (*(a ? f : g))(b);
	// fact: branch a
	// fact: call #2 = f(b)
	// fact: assign local0 = #2
	// fact: call #3 = g(b)
	// fact: assign local0 = #3
	// fact: return local0
}

int conditional(int a, int *p)
{
	int x = a ? f(1) : g(2);
	// fact: branch a
	// fact: call #0 = f(1)
	// fact: assign local1 = #0
	// fact: call #1 = g(2)
	// fact: assign local1 = #1
	// fact: declare x = local1
	int y = f(a) ?: 7;
	// fact: call #2 = f(a)
	// fact: branch #2
	// fact: assign local3 = #2
	// fact: assign local3 = 7
	// fact: declare y = local3

	a ? effect(1) : effect(2);
	// fact: branch a
	// fact: call #3 = effect(1) discarded
	// fact: call #4 = effect(2) discarded
	return x + y + (p && *p);
	// fact: branch p
	// fact: branch *p
	// fact: assign local4 = 1
	// fact: assign local4 = 0
	// fact: return (x + y) + local4
}

int constants(int a)
{
	if (0)
		f(1);
	if (sizeof(int) == 4 && a) // fact: branch a
		return 1; // fact: return 1
	if (__builtin_constant_p(a) || __builtin_types_compatible_p(int, long))
		f(2);
	while (1) {
		if (__builtin_expect(!!(a > 3), 0)) // fact: branch a > 3
			break;
		do {
			a++; // fact: assign a = a + 1
		} while (0);
	}
	switch (sizeof(long)) {
	case 4:
		return f(4);
	case 8:
		return f(8);
		// fact: call #0 = f(8)
		// fact: return #0
	default:
		return f(0);
	}
}

int cases(int x)
{
	switch (x) { // fact: switch x -> 1: 1, 2: 1, 5..9: 2, -1: 3, default: 4
	case 1:
	case 2:
		f(1); // fact: call #0 = f(1) discarded
		__attribute__((fallthrough));
	case 5 ... 9:
		f(2); // fact: call #1 = f(2) discarded
		break;
	case -1:
		return 1; // fact: return 1
	}
	switch (x) { // fact: switch x -> default: 5, 3: 6
	default:
		f(3); // fact: call #2 = f(3) discarded
	case 3:
		return 2; // fact: return 2
	}
}

int loops(int n)
{
	int i, sum = 0; // fact: declare sum = 0

	for (i = 0; i < n; i++) {
		// fact: assign i = 0
		// fact: branch i < n
		// fact: assign i = i + 1
		if (i == 3) // fact: branch i == 3
			continue;
		sum += i; // fact: assign sum = sum + i
	}
	for (; n;) // fact: branch n
		n--; // fact: assign n = n - 1
	for (i = 1; f(i);)
	// fact: assign i = 1
	// fact: call #0 = f(i)
	// fact: branch #0
		i <<= 1; // fact: assign i = i << 1
	for (;; i--) // fact: assign i = i - 1
		if (g(i))
		// fact: call #1 = g(i)
		// fact: branch #1
			break;
	while (f(i))
	// fact: call #2 = f(i)
	// fact: branch #2
		i = h(i);
		// fact: call #3 = h(i)
		// fact: assign i = #3
	do
		n = g(n);
		// fact: call #4 = g(n)
		// fact: assign n = #4
	while (n > 0); // fact: branch n > 0
	return sum; // fact: return sum
}

int jumps(int x)
{
	static const void *const table[] = { &&one, &&two };

	if (x < 0) // fact: branch x < 0
		goto out;
	goto *table[x]; // fact: any -> 2, 3
one:
	f(1); // fact: call #0 = f(1) discarded
two:
	f(2); // fact: call #1 = f(2) discarded
out:
	return x; // fact: return x
}

int asm_goto(int x)
{
	asm goto("jmp %l[yes]" : : "r"(x) : : yes); // fact: any -> 1, 2
	return 0; // fact: return 0
yes:
	return 1; // fact: return 1
}

#define HIDDEN(x)                                                                                  \
	({                                                                                         \
		__label__ hit;                                                                     \
		int taken = 1;                                                                     \
		asm goto("" : : "r"(x) : : hit);                                                   \
		taken = 0;                                                                         \
	hit:;                                                                                      \
		taken;                                                                             \
	})

int asm_in_macro(int x)
{
	return HIDDEN(x);
	// fact: declare taken = 1
	// fact: any -> 1, 2
	// fact: assign taken = 0
	// fact: return taken
}

#define ASSERT(condition)                                                                          \
	do {                                                                                       \
		if (condition)                                                                     \
			asm volatile("trap");                                                      \
	} while (0)

/* A variable and a label of one name: the macro is given the variable. */
int asm_beside_label(int err)
{
	ASSERT(err);
	if (err) // fact: branch err
		goto err;
	return 0; // fact: return 0
err:
	return err; // fact: return err
}

#define STORE(x, label)                                                                            \
	asm goto("nop" : : "r"(x) : : label)

int asm_to_label(int x, int err)
{
	STORE(x, err); // fact: any -> 1, 2
	return 0; // fact: return 0
err:
	return err; // fact: return err
}

int ends(int x)
{
	if (x == 1) // fact: branch x == 1
		give_up();
		// fact: call #0 = give_up() discarded
		// fact: noreturn
	if (x == 2) // fact: branch x == 2
		__builtin_unreachable(); // fact: noreturn
	return ({ // fact: return y + 1
		int y = f(x);
		// fact: call #1 = f(x)
		// fact: declare y = #1
		y + 1;
	});
}

int into_dead_code(int x)
{
	if (x) // fact: branch x
		goto inside;
	if (0) {
		f(1);
inside:
		f(2); // fact: call #0 = f(2) discarded
	}
	return 0; // fact: return 0
}

_Noreturn void old_keyword(void);

int keyword(int x)
{
	if (x) // fact: branch x
		old_keyword();
		// fact: call #0 = old_keyword() discarded
		// fact: noreturn
	return f(x), g(x);
	// fact: call #1 = f(x) discarded
	// fact: call #2 = g(x)
	// fact: return #2
}

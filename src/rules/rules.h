/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rules.h - what the primitives mean
 *
 * Kernel knowledge is data: rules/NAME.json, one line per primitive, each with its source in the
 * kernel. This module loads those files and the user's, and answers what a call by name does.
 * Knows nothing of facts, of source files, or of which effect is a bug.
 *
 * Only primitives are listed. Wrappers (class_mutex_constructor(), lock_sock(), ...) are derived
 * from their code. Where a listed function also has a body, the rule wins.
 */
#ifndef LOCKGRAPH_RULES_H
#define LOCKGRAPH_RULES_H

#include "base/arena.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum lock_kind {
#define LOCK_KIND(symbol, name, wait, meaning) LOCK_##symbol,
#include "rules/lock_kinds.def"
#undef LOCK_KIND
	LOCK_KINDS
};

enum lock_wait { LOCK_WAIT_NONE, LOCK_WAIT_SPIN, LOCK_WAIT_SPIN_RT, LOCK_WAIT_SLEEP };

/* lockdep's read argument: 0 exclusive, 1 shared, 2 shared and recursive; -1 in assertions. */
enum lock_mode { MODE_ANY = -1, MODE_WRITE, MODE_READ, MODE_RECURSIVE };

enum effect_op {
	EFFECT_ACQUIRE,
	EFFECT_RELEASE,
	EFFECT_DOWNGRADE,   /* from write to read */
	EFFECT_MIGHT_LOCK,  /* as if taken and released at once: might_lock() */
	EFFECT_ASSERT_HELD, /* lockdep_assert_held() and kin; a query where a result rule is given */
	EFFECT_ASSERT_NOT_HELD,
	EFFECT_INIT,	  /* names the lock's class: mutex_init() */
	EFFECT_SET_CLASS, /* lockdep_set_class() and kin */
	EFFECT_IRQ_OFF,	  /* hardirqs; @save_arg names the flags where they are kept */
	EFFECT_IRQ_ON,
	EFFECT_BH_OFF,
	EFFECT_BH_ON,
	EFFECT_PREEMPT_OFF,
	EFFECT_PREEMPT_ON,
	EFFECT_PAGEFAULT_OFF, /* user copies fail instead of sleeping */
	EFFECT_PAGEFAULT_ON,
	EFFECT_QUERY,	     /* the result tells something of the execution context: @query */
	EFFECT_CONTEXT_INIT, /* a ww_acquire_ctx, @object_arg, begins: ww_acquire_init() */
	EFFECT_CONTEXT_DONE, /* takes no more locks: ww_acquire_done() */
	EFFECT_CONTEXT_FINI, /* has none any more: ww_acquire_fini() */
	EFFECT_CONTEXT_SLOW, /* had to back off, and now waits: ww_mutex_lock_slow() */
	EFFECT_SLEEP,	     /* may sleep; @flags_arg: if that argument has a bit of @flags_mask */
};

/* What a call with EFFECT_QUERY answers. */
enum exec_query {
	QUERY_PREEMPT_COUNT,  /* the word of struct preempt_bits */
	QUERY_IRQ_FLAGS,      /* the interrupt state, as irqsave keeps it */
	QUERY_IRQS_DISABLED,  /* not zero: interrupts are off */
	QUERY_FLAGS_DISABLED, /* the same of the flags at @save_arg */
};

#define RULES_NO_ARG (-1)
#define RULES_RESULT_ARG (-2) /* the call's result stands for the argument */
#define RULES_LAST_ARG (-16)  /* the last one, and one less for each before it */

/* Whose readers a grace period waits for. */
enum grace_period {
#define GRACE_PERIOD(symbol, name, readers) GRACE_##symbol,
#include "rules/grace_periods.def"
#undef GRACE_PERIOD
	GRACE_PERIODS
};

/* One step from the object that an argument points to down to the lock. */
struct effect_member {
	const char *record; /* as clang spells the canonical type: "struct work_struct" */
	const char *member;
	bool deref; /* what was reached so far is a pointer, which is followed first */
};

/* One thing that a primitive does. Argument numbers count from 0; RULES_NO_ARG where none. */
struct effect {
	enum effect_op op;
	enum lock_kind kind;
	enum lock_mode mode;
	int lock_arg;	    /* the argument that points to the lock */
	bool lock_is_value; /* the argument itself is the identity, not what it points to */
	int subclass_arg;   /* "_nested" subclass number */
	int subclass;	    /* a fixed subclass, 0 mostly */
	int nest_arg;	    /* the lock that protects the nesting: mutex_lock_nest_lock() */
	int mode_arg;	    /* mode as lockdep's read argument, overrides @mode */
	int try_arg;	    /* non-zero there: a trylock (lock_acquire()) */
	int name_arg;	    /* EFFECT_INIT: the class's name string */
	int key_arg;	    /* EFFECT_INIT, EFFECT_SET_CLASS: the lock_class_key */
	int save_arg;	    /* flags variable of irqsave and irqrestore */
	int amount_arg;	    /* what is added to the preempt count: struct preempt_bits tells what
			       it means; else it is one of the effect's own kind */
	enum exec_query query;
	int object_arg; /* EFFECT_CONTEXT_*: points to the context */
	int bit_arg;	/* bit number of a bit spinlock */
	int cmp_arg;	/* set_class: a function that tells in which order two of the class nest */
	int check_arg;	/* zero there: lockdep does not validate it (lock_acquire()) */
	int flags_arg;	/* EFFECT_SLEEP: only with a bit of @flags_mask in it */
	int64_t flags_mask;
	int zero_arg;		     /* EFFECT_SLEEP: only when it is zero */
	enum grace_period waits_for; /* EFFECT_SLEEP: a grace period of these readers */
	bool faults;		     /* EFFECT_SLEEP: not with page faults off */
	bool ends_preempt_off;	     /* EFFECT_SLEEP: is called with preemption off, once */
	size_t n_members;
	const struct effect_member *members; /* the lock is this member of the argument's object */
	const char *class_name; /* fixed class ("rcu_read_lock") when there is no lock argument */
};

/*
 * When the effects happen, told by the call's result: acquire, *_OFF. Releases and EFFECT_SLEEP
 * happen always. A call whose result is discarded counts as one that succeeded. With
 * EFFECT_ASSERT_HELD the result is the answer to the question.
 */
enum result_rule {
	RESULT_ALWAYS,	/* whatever it returns */
	RESULT_NONZERO, /* trylock: acquired if the result is not 0 */
	RESULT_ZERO,	/* _interruptible: acquired if it is 0, else negative */
	RESULT_NONNULL, /* returns the locked object or NULL */
	RESULT_VALID,	/* returns the locked object, NULL or an ERR_PTR */
};

struct primitive {
	const char *name;
	enum result_rule result;
	bool is_try; /* never waits: no dependency into it */
	size_t n_effects;
	const struct effect *effects;
	bool follow;   /* the body, where there is one, counts as well: flush_work() */
	int backs_off; /* it returns that when a ww_acquire_ctx has to give up all it has; 0: never */
	int fails_with;	 /* the one error that it returns; 0: there may be several */
	int already;	 /* the error that it returns when this very lock is held; 0: any of them */
	int sure_arg;	 /* it cannot fail where this argument is NULL: ww_mutex_lock()'s context */
	int told_arg;	 /* what it points to says whether the locks that it may release are held */
	int returns_arg; /* the result is this argument's lock: spinlock_check() */
	int content_arg; /* the result is what this argument points to: arch_static_branch() */
	int negate_arg;	 /* and its opposite where this argument is not 0 */
	const char *constant; /* the result is the same pointer wherever a task asks; its name */
	bool drops_last;      /* not zero: it dropped the last reference */
	bool spares_last;     /* zero: there is but one reference, which it left to its caller */
	bool stays_awake;     /* whatever its body seems to do */
	bool is_seldom;	      /* its body sleeps for few objects, which nothing tells apart */
	const char *doc;      /* where the rule comes from */
	const char *file;     /* of the rule: "kernel/locks.json", or a path as the user gave it */
	int line;
};

/* One that names no argument and does nothing; for who makes primitives of something else. */
struct effect rules_no_effect(void);
struct primitive rules_no_primitive(const char *name);

/* What a call means to objects and grace periods: see roles.def. */
enum role_kind {
#define ROLE(symbol, name, meaning) ROLE_##symbol,
#include "rules/roles.def"
#undef ROLE
	ROLE_KINDS
};

/*
 * One such role of a function. It says nothing of locks, so a function may have a primitive as
 * well, and without one its body is followed as any other. Argument numbers as in struct effect.
 */
struct role {
	enum role_kind kind;
	int object_arg;	     /* points to the object, a member of it or its rcu_head */
	int function_arg;    /* the function called after the grace period */
	int domain_arg;	     /* the srcu_struct */
	int index_arg;	     /* what read_begin gave, RULES_RESULT_ARG for read_begin */
	int cache_arg;	     /* the kmem_cache that the object goes back to */
	int flags_arg;	     /* the flags with which a cache is made */
	int64_t typesafe;    /* those that keep the objects' type: SLAB_TYPESAFE_BY_RCU */
	const char *flavour; /* "rcu", "srcu", "tasks", ...; NULL where there is none */
	const char *doc;     /* where it comes from */
	const char *file;    /* of the rule */
	int line;
	const struct role *next; /* another role of the same function */
};

/* Which bits of preempt_count() count what: include/linux/preempt.h. */
struct preempt_bits {
	uint32_t preempt;
	uint32_t softirq; /* softirqs off or being served */
	uint32_t serving; /* the one of them that says: being served */
	uint32_t hardirq;
	uint32_t nmi;
};

/* In what code can run: see situations.def. A set has bit 1 << enum situation. */
enum situation {
#define SITUATION(symbol, ...) SITUATION_##symbol,
#include "rules/situations.def"
#undef SITUATION
	SITUATIONS
};

typedef uint16_t exec_set;

#define EXEC_ALL ((exec_set)((1u << SITUATIONS) - 1))
#define EXEC_BIT(symbol) ((exec_set)(1u << SITUATION_##symbol))

/*
 * A way in which functions are registered: given as argument @arg to the function called @name,
 * stored in the member @name ("struct timer_list.function"), or, with no argument, being called
 * @name (maybe a pattern with "*"). They are entered in one of @situations then; in one of @flagged
 * if a bit of @flags_mask is set in argument @flags_arg of the same call or, for a member, of a
 * call that initialises the object, or in the member @flags_member of the same initialiser.
 */
struct entry_rule {
	const char *name;
	int arg; /* or RULES_NO_ARG */
	exec_set situations;
	int64_t flags_mask; /* 0: none */
	int flags_arg;
	const char *flags_member; /* or NULL */
	exec_set flagged;
	const char *ends;  /* "returns to user space": no lock is held then; or NULL */
	const char *after; /* in what this other member of the same initialiser leaves, or NULL */
	const struct effect_member *member; /* @arg points to an object with the function in it */
	const char *as; /* "a notifier of an atomic chain": told instead of the situation; or NULL */
	const char *under; /* class of a lock that is held then, or NULL */
	const char *doc;
	const char *file; /* of the rule */
	int line;
	const struct entry_rule *next; /* another one of the same name: another argument */
};

/*
 * Functions that are stored in a member, and for whose end somebody waits: in user space, or in
 * the memory management, which must not wait for readers at all.
 */
struct waiting_rule {
	const char *what;	     /* "an ioctl" */
	bool must_not;		     /* wait for a grace period; else it is only slow */
	struct effect_member unless; /* who looks at that member first, knows; .record may be NULL */
	const char *doc;
};

/* A member that tells which context code runs in. */
enum marker {
	MARKER_NONE,
	MARKER_SOFTIRQ,	 /* counted up while a softirq runs */
	MARKER_THREADED, /* not 0: this hardirq is a thread on PREEMPT_RT */
};

/* A declared order: @before is taken first. */
struct lock_order {
	const char *before, *after; /* class names as in struct lock_class */
	const char *documented;
	const char *file;
	int line;
};

/* What a word of flags is called that has these bits and no others of all such words. */
struct flag_word {
	const char *name; /* "GFP_KERNEL" */
	int64_t bits;
};

/*
 * A type that is a lock. @name is the canonical type as clang spells it: "struct mutex". Its
 * members (dep_map, rlock) stand for it, but for those in @apart, which are locks of their own
 * ("wait_lock"), as lockdep sees them.
 */
struct lock_type {
	const char *name;
	enum lock_kind kind;
	const char *const *apart; /* NULL-terminated, maybe empty */
	bool is_owned;		  /* though it is a map: who takes it gives it back, as a mutex */
	const char *doc;
};

/*
 * A member that holds a function which is called with a lock of the same object held: a work
 * item's function runs inside the item's lockdep_map. Or a function that is given both, the
 * object as argument held.lock_arg. With no members in @held the object is the lock: lockdep has
 * none there, but who waits for the function to end waits for all that it takes. With a class in
 * @held it is that lock, whatever the object.
 */
struct callback_rule {
	struct effect_member member; /* or .record NULL */
	int function_arg;	     /* RULES_NO_ARG where there is a member */
	int item_arg;		     /* or an object with functions of its own: queue_work() */
	size_t n_item_members;
	const struct effect_member *item_members; /* from that object to its lock */
	struct effect held;			  /* its members lead from the object to the lock */
	const struct callback_rule *next;	  /* of the same function: another argument */
	const char *doc;
};

/*
 * A function that puts an attribute, a group or an array of them into a directory: of the object
 * that argument @holder_arg points to, or points to member @member of.
 */
struct attribute_adder {
	int attribute_arg, holder_arg;
	struct effect_member member; /* or .record NULL */
};

/* What a function does to the lists and elements that RCU readers may walk at the same time. */
enum rcu_op {
	RCU_READ,    /* walks the list at @head_arg */
	RCU_ADD,     /* puts the element into the list, or before or behind another element */
	RCU_DELETE,  /* takes the element out of its list */
	RCU_MOVE,    /* deletes and adds */
	RCU_REPLACE, /* puts another into the element's place */
	RCU_SPLICE,  /* puts all elements of the list at @from_arg into that at @head_arg */
	RCU_INIT,    /* makes a list head or an element of no list */
};

struct rcu_access {
	const char *name;
	enum rcu_op op;
	bool is_rcu;			     /* readers under RCU may be there meanwhile */
	int element_arg, head_arg, from_arg; /* or RULES_NO_ARG */
	int wait_arg;			     /* what it calls to wait for the readers */
	const char *doc;
};

/* Names that tell what a macro of RCU's became, of its local variables. */
enum rcu_mark {
	RCU_MARK_NONE,
	RCU_MARK_READ,	 /* keeps a pointer read by rcu_dereference() and kin */
	RCU_MARK_ASSIGN, /* keeps what rcu_assign_pointer() stores */
	RCU_MARK_LINK,	 /* keeps a list's link: list_entry_rcu()'s, where READ_ONCE() read it */
};

/*
 * A structure that is only ever a part of others, and whose lock is initialised by a header
 * inline or a macro, so that lockdep gives each place that embeds it a class of its own:
 * sk_buff_head, wait_queue_head. Its lock is named after the enclosing object.
 */
struct rules {
	struct arena *arena;
	GHashTable *functions;	/* name -> struct function_rules: private to function.c */
	GHashTable *primitives; /* name -> struct primitive */
	GHashTable *lock_types; /* "struct mutex": fields inside are the lock itself -> lock_type */
	GHashTable *part_types; /* "struct sk_buff_head" -> doc */
	GHashTable *opaque;	/* functions whose bodies are not followed -> doc */
	GHashTable *own_operations; /* members: who has one of its own calls that one -> doc */
	GHashTable *opaque_files;   /* files none of whose functions is followed or judged -> doc */
	GHashTable *unvalidated; /* lock_class_key variables whose locks lockdep ignores -> doc */
	GHashTable *noreturn;	 /* functions that never return, beside those that say so -> doc */
	GHashTable *not_null;	 /* functions that never return NULL or an error -> doc */
	GHashTable *errors;	 /* functions that make an error of their argument -> doc */
	GHashTable *aliases;	 /* class name -> the class it stands for */
	GArray *spellings;	 /* struct spelling: what macros add to names */
	GHashTable *callbacks; /* "struct work_struct.func", "tasklet_setup" -> struct callback_rule
				*/
	GHashTable *attribute_types;	 /* "struct attribute": what has one in it is a file */
	GHashTable *attribute_holders;	 /* "struct attribute_group.attrs": points to files */
	GHashTable *attribute_ancestors; /* "struct device.parent": the device above */
	GHashTable *attribute_breaks;	 /* functions: a method that calls one is not waited for */
	GHashTable *attribute_adders;	 /* function -> struct attribute_adder */
	GHashTable *roles;		 /* name -> struct role */
	GHashTable *sleeping;	     /* functions that EFFECT_SLEEP may end in: schedule() -> doc */
	GHashTable *entry_arguments; /* function -> struct entry_rule, a list */
	GHashTable *entry_members;   /* "struct timer_list.function" -> struct entry_rule */
	GHashTable *entry_flags;     /* function that initialises an object -> its entry_rule */
	GHashTable *entry_functions; /* function -> struct entry_rule */
	GPtrArray *entry_patterns;   /* struct entry_rule */
	GHashTable *waiting;	     /* "struct file_operations.release" -> struct waiting_rule */
	GHashTable *not_preemptible; /* classes of read sections that switch preemption off -> doc */
	GHashTable *not_readers;     /* classes taken as RCU's readers are that are none -> doc */
	GHashTable *markers;	     /* "struct task_struct.softirq_context" -> enum marker */
	GHashTable *carried; /* type whose object a task has while that member of its own is set ->
				"struct task_struct.journal_info" */
	struct preempt_bits preempt_bits; /* all 0 where there is no such word */
	GHashTable *rcu_accesses;	  /* function -> struct rcu_access */
	GHashTable *rcu_links;		  /* "struct list_head.next": what a walk follows -> doc */
	GHashTable *rcu_marks;		  /* name -> enum rcu_mark */
	GArray *flag_words;		  /* struct flag_word */
	int64_t sleep_mask;		  /* all bits of flags that tell whether something sleeps */
	GHashTable *rcu_quiet;	/* "struct pernet_operations.exit": runs without readers -> doc */
	GHashTable *rcu_inside; /* "struct seq_operations.show": a reader may be around it -> doc */
	size_t n_orders;
	const struct lock_order *orders;
	GPtrArray *files; /* paths of what was loaded, in order */
};

/*
 * Loads @set ("kernel", "pthread": a folder or file below the rules directory) and then each of
 * @extra (NULL-terminated; a set's name or a file's path). Later files override earlier ones by
 * name. Errors: "FILE:LINE: what was expected".
 */
struct rules *rules_load(const char *rules_dir, const char *set, const char *const *extra,
			 GError **err);
void rules_free(struct rules *rules);

/* Sets that rules_load() finds by name below @rules_dir, sorted; free with g_strfreev(). */
char **rules_sets(const char *rules_dir);

/* All that the rules say of a function by its name; NULL and false where they say nothing. */
struct function_rules {
	const struct primitive *primitive;
	const struct role *roles;
	const struct rcu_access *rcu_access;
	const struct callback_rule *callbacks;
	const struct attribute_adder *attribute_adder;
	const struct entry_rule *entry_arguments;
	const struct entry_rule *entry_flags;
	bool is_opaque, is_noreturn, is_error, is_not_null, is_attribute_break;
};

/* Never NULL. */
const struct function_rules *rules_function(const struct rules *rules, const char *name);

/* What is known of function @name, or NULL. */
const struct primitive *rules_primitive(const struct rules *rules, const char *name);

/* The roles of function @name, or NULL. */
const struct role *rules_roles(const struct rules *rules, const char *name);

/* A function with that role and flavour, the first by name, or NULL. */
const char *rules_role_function(const struct rules *rules, enum role_kind kind,
				const char *flavour);

const char *role_kind_name(enum role_kind kind);
const char *role_kind_meaning(enum role_kind kind);

/* What function @name does under RCU, or NULL. */
const struct rcu_access *rules_rcu_access(const struct rules *rules, const char *name);

/* What a local variable of that name tells. */
enum rcu_mark rules_rcu_mark(const struct rules *rules, const char *name);

const char *rcu_op_name(enum rcu_op op);

/* Whether it asks, or asserts, that a lock is held. */
bool primitive_asks(const struct primitive *primitive);

/* EFFECT_SLEEP: whether an argument tells if it sleeps; which; and whether it does with @value. */
static inline bool effect_is_conditional(const struct effect *effect)
{
	return effect->flags_mask || effect->zero_arg >= 0;
}

static inline int effect_tells(const struct effect *effect)
{
	return effect->flags_mask ? effect->flags_arg : effect->zero_arg;
}

static inline bool effect_sleeps_with(const struct effect *effect, int64_t value)
{
	return effect->flags_mask ? (value & effect->flags_mask) != 0 : value == 0;
}

const char *lock_kind_name(enum lock_kind kind);
enum lock_wait lock_kind_wait(enum lock_kind kind);
const char *lock_mode_name(enum lock_mode mode);
const char *effect_op_name(enum effect_op op);
const char *grace_period_name(enum grace_period period);

/* Macros add @suffix to names that they call: always, or if there is no subclass. */
struct spelling {
	const char *suffix;
	bool is_plain;
};

/*
 * The name under which sources call @name, which a macro lengthens: "kmalloc" for
 * "kmalloc_noprof". @plain: it is given no subclass, so "mutex_lock" for "mutex_lock_nested" too.
 */
const char *rules_spelling(const struct rules *rules, const char *name, bool plain,
			   struct arena *arena);

/* The name of the word that @flags are, but for bits that no word has; or NULL. */
const char *rules_flags_text(const struct rules *rules, int64_t flags);

#endif

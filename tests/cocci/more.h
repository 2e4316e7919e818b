/* SPDX-License-Identifier: GPL-2.0-or-later */
/* more.h - what the fixtures of semantic patches need beyond kernel.h */
#ifndef TESTS_COCCI_MORE_H
#define TESTS_COCCI_MORE_H

#include "kernel.h"

#ifndef GFP_USER
#define GFP_USER GFP_KERNEL
#endif
#ifndef synchronize_net
#define synchronize_net() synchronize_rcu()
#endif
#ifndef synchronize_rcu_expedited
#define synchronize_rcu_expedited() synchronize_rcu()
#endif
#ifndef call_rcu_hurry
#define call_rcu_hurry(head, func) call_rcu(head, func)
#endif
#ifndef rcu_access_pointer
#define rcu_access_pointer(p) READ_ONCE(p)
#endif
#ifndef rcu_dereference_bh
#define rcu_dereference_bh(p) rcu_dereference(p)
#endif
#ifndef rcu_dereference_sched
#define rcu_dereference_sched(p) rcu_dereference(p)
#endif
#ifndef list_add_tail_rcu
#define list_add_tail_rcu(added, head) list_add_rcu(added, head)
#endif
#ifndef list_entry_rcu
#define list_entry_rcu(pointer, type, member) list_entry(READ_ONCE(pointer), type, member)
#endif
#ifndef list_first_entry_rcu
#define list_first_entry_rcu(head, type, member) list_entry_rcu((head)->next, type, member)
#endif
#ifndef list_first_or_null_rcu
#define list_first_or_null_rcu(head, type, member)                                                 \
	(list_empty(head) ? NULL : list_first_entry_rcu(head, type, member))
#endif
#ifndef hlist_add_head_rcu
#define hlist_add_head(node, head) hlist_insert(node, head)
#define hlist_add_head_rcu(node, head) hlist_insert(node, head)
#define hlist_del(node) hlist_unlink(node)
#define hlist_del_rcu(node) hlist_unlink(node)
void hlist_insert(struct hlist_node *node, struct hlist_head *head);
void hlist_unlink(struct hlist_node *node);
#endif
#ifndef hlist_for_each_entry_rcu
#define hlist_for_each_entry_rcu(at, head, member)                                                 \
	for (at = container_of((head)->first, __typeof__(*(at)), member); &at->member;             \
	     at = container_of(at->member.next, __typeof__(*(at)), member))
#endif
#ifndef read_seqbegin
typedef struct {
	unsigned int sequence;
	spinlock_t lock;
} seqlock_t;
unsigned int read_seqbegin(const seqlock_t *lock);
bool read_seqretry(const seqlock_t *lock, unsigned int start);
#endif
#ifndef module_exit
#define module_init(f) int init_module(void) __attribute__((alias(#f)))
#define module_exit(f) void cleanup_module(void) __attribute__((alias(#f)))
#endif

struct kmem_cache;
struct work_struct;
void kmem_cache_destroy(struct kmem_cache *cache);
void use(int value);

#endif

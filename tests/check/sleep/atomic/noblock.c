/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who asks with MSG_DONTWAIT does not wait for room, though a constant and a mask are between the
 * flag and the function that waits; an array that grows with its caller's flags waits with them.
 */
#include "kernel.h"

#define MSG_DONTWAIT 0x40
#define MSG_MORE 0x8000

struct sock;
struct sk_buff;
struct completion;
struct darray_char;

void wait_for_completion(struct completion *done);
void *vmalloc_noprof(unsigned long size);
void *__kvmalloc_node_noprof(unsigned long size, void *bucket, gfp_t flags, int node);

struct room {
	spinlock_t lock;
	struct sock *sk;
	struct completion *freed;
	struct darray_char *names;
};

int room_left(struct sock *sk);
long room_patience(struct sock *sk);
struct completion *room_freed(struct sock *sk);

struct sk_buff *sock_alloc_send_pskb(struct sock *sk, unsigned long header_len,
				     unsigned long data_len, int noblock, int *errcode, int order)
{
	long timeo = noblock ? 0 : room_patience(sk);

	while (!room_left(sk)) {
		if (!timeo)
			return NULL;
		wait_for_completion(room_freed(sk));
	}
	return (struct sk_buff *)sk;
}

static struct sk_buff *append(struct sock *sk, unsigned long len, int flags)
{
	int err;

	return sock_alloc_send_pskb(sk, len, 0, flags & MSG_DONTWAIT, &err, 0);
}

void room_reply_ok(struct room *room)
{
	spin_lock(&room->lock);
	append(room->sk, 64, MSG_DONTWAIT);
	spin_unlock(&room->lock);
}

void room_reply_bad(struct room *room)
{
	spin_lock(&room->lock);
	append(room->sk, 64, MSG_MORE); // finds sleep/atomic
	spin_unlock(&room->lock);
}

int __bch2_darray_resize_noprof(struct darray_char *d, unsigned long element_size,
				unsigned long new_size, gfp_t gfp)
{
	unsigned long bytes = element_size * new_size;
	void *data = bytes < 0x7fffffff ? __kvmalloc_node_noprof(bytes, NULL, gfp, -1) :
					  vmalloc_noprof(bytes);

	return data ? 0 : -12;
}

void room_name_ok(struct room *room, unsigned long n)
{
	spin_lock(&room->lock);
	__bch2_darray_resize_noprof(room->names, 8, n, GFP_ATOMIC);
	spin_unlock(&room->lock);
}

void room_name_bad(struct room *room, unsigned long n)
{
	spin_lock(&room->lock);
	__bch2_darray_resize_noprof(room->names, 8, n, GFP_KERNEL); // finds sleep/atomic: GFP_KERNEL
	spin_unlock(&room->lock);
}

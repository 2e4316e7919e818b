/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lock_sock() is a mutex made of a spinlock, a flag and a lockdep_map, which is all there is to see. */
#include "kernel.h"

typedef struct {
	spinlock_t slock;
	int owned;
	struct lockdep_map dep_map;
} socket_lock_t;

struct sock {
	socket_lock_t sk_lock;
	int state;
	int backlog;
};

static void lock_sock_ok(struct sock *sk)
{
	lock_map_acquire(&sk->sk_lock.dep_map);
	spin_lock_bh(&sk->sk_lock.slock);
	sk->sk_lock.owned = 1;
	spin_unlock_bh(&sk->sk_lock.slock);
}

static void release_sock_ok(struct sock *sk)
{
	spin_lock_bh(&sk->sk_lock.slock);
	sk->sk_lock.owned = 0;
	lock_map_release(&sk->sk_lock.dep_map);
	spin_unlock_bh(&sk->sk_lock.slock);
}

int start(struct sock *sk, int backlog);

int listen_bad(struct sock *sk, int backlog)
{
	int error;

	lock_sock_ok(sk); // step
	error = start(sk, backlog);
	if (error)
		return error; // finds lock/imbalance: returns with sk->sk_lock held
	sk->backlog = backlog;
	release_sock_ok(sk);
	return 0;
}

int listen_ok(struct sock *sk, int backlog)
{
	int error;

	lock_sock_ok(sk);
	error = start(sk, backlog);
	if (!error)
		sk->backlog = backlog;
	release_sock_ok(sk);
	return error;
}

/* The callers' lock, given back while waiting. */
int wait_ok(struct sock *sk, long timeout)
{
	int error = 0;

	while (!sk->state) {
		if (!timeout) {
			error = -EAGAIN;
			break;
		}
		release_sock_ok(sk);
		timeout = schedule_timeout(timeout);
		lock_sock_ok(sk);
		if (sk->backlog < 0)
			break;
	}
	return error;
}

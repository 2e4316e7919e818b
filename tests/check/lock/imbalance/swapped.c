/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two locks of a class are taken in the order of their addresses, after the pointers to them were
 * exchanged where need be: which of the two paths it was does not matter to callers, but that both
 * are held does.
 */
#include "kernel.h"

struct sock {
	spinlock_t lock;
	struct sock *peer;
	int dead;
};

struct sock *find_other(struct sock *sk, int len);
void sock_put(struct sock *sk);

static void double_lock_ok(struct sock *sk1, struct sock *sk2)
{
	if (sk1 == sk2 || !sk2) {
		spin_lock(&sk1->lock);
		return;
	}
	if (sk1 > sk2)
		swap(sk1, sk2);
	spin_lock(&sk1->lock);
	spin_lock_nested(&sk2->lock, 1);
}

static void double_unlock_ok(struct sock *sk1, struct sock *sk2)
{
	if (sk1 == sk2 || !sk2) {
		spin_unlock(&sk1->lock);
		return;
	}
	spin_unlock(&sk1->lock);
	spin_unlock(&sk2->lock);
}

int connect_ok(struct sock *sk, int len)
{
	struct sock *other;

restart:
	other = find_other(sk, len);
	if (IS_ERR(other))
		return PTR_ERR(other);
	double_lock_ok(sk, other);
	if (other->dead) {
		double_unlock_ok(sk, other);
		sock_put(other);
		goto restart;
	}
	sk->peer = other;
	double_unlock_ok(sk, other);
	return 0;
}

int connect_bad(struct sock *sk, int len)
{
	struct sock *other = find_other(sk, len);

	if (IS_ERR(other))
		return PTR_ERR(other);
	double_lock_ok(sk, other); // step
	if (other->dead) {
		spin_unlock(&other->lock);
		return -EINVAL; // finds lock/imbalance: connect_bad() returns with sk->lock held
	}
	sk->peer = other;
	double_unlock_ok(sk, other);
	return 0;
}

struct queue {
	spinlock_t lock;
	int cpu, group, n;
};

/* Their order is more than an address. */
static bool comes_before(const struct queue *x, const struct queue *y)
{
	if (x->group < y->group)
		return true;
	if (x->group > y->group)
		return false;
	return x->cpu < y->cpu;
}

static void lock_queues(struct queue *x, struct queue *y)
{
	if (comes_before(y, x))
		swap(x, y);
	spin_lock(&x->lock);
	if (x != y)
		spin_lock_nested(&y->lock, 1);
}

/* The caller's is given up and taken back. */
static int lock_other(struct queue *this, struct queue *other)
{
	if (spin_trylock(&other->lock))
		return 0;
	spin_unlock(&this->lock);
	lock_queues(this, other);
	return 1;
}

void move_ok(struct queue *this, struct queue *other)
{
	spin_lock(&this->lock);
	if (this != other) {
		lock_other(this, other);
		other->n++;
		this->n--;
		spin_unlock(&other->lock);
	}
	spin_unlock(&this->lock);
}

int move_bad(struct queue *this, struct queue *other)
{
	if (this == other)
		return 0;
	spin_lock(&this->lock);
	lock_other(this, other); // step
	if (!this->n) {
		spin_unlock(&this->lock);
		return -ENOENT; // finds lock/imbalance: move_bad() returns with other->lock held
	}
	other->n++;
	this->n--;
	spin_unlock(&other->lock);
	spin_unlock(&this->lock);
	return 0;
}

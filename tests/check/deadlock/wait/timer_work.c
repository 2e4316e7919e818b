/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Somebody waits for a timer's function or a work item to end, with a lock held that it takes.
 *
 *   CPU0                       CPU1
 *   spin_lock(&p->lock)        <timer softirq>
 *   timer_delete_sync()          port_timeout()
 *     waits for the function       spin_lock(&p->lock), waits
 */
#include "kernel.h"

struct port {
	spinlock_t lock;
	struct mutex mutex;
	struct timer_list timer;
	struct work_struct work;
	struct delayed_work late;
	int n;
};

static void port_timeout(struct timer_list *timer)
{
	struct port *p = from_timer(p, timer, timer);

	spin_lock(&p->lock); // step
	p->n++;
	spin_unlock(&p->lock);
}

static void port_work(struct work_struct *work)
{
	struct port *p = container_of(work, struct port, work);

	mutex_lock(&p->mutex); // step
	p->n++;
	mutex_unlock(&p->mutex);
}

static void port_late(struct work_struct *work)
{
	struct port *p = container_of(work, struct port, late.work);

	mutex_lock(&p->mutex);
	p->n++;
	mutex_unlock(&p->mutex);
}

void port_setup(struct port *p)
{
	timer_setup(&p->timer, port_timeout, 0);
	INIT_WORK(&p->work, port_work);
	INIT_DELAYED_WORK(&p->late, port_late);
}

void port_close_bad(struct port *p)
{
	spin_lock_bh(&p->lock); // step
	timer_delete_sync(&p->timer); // finds deadlock/wait [error, high]: timer_delete_sync() waits for port_timeout(), which takes port->lock, while that is held
	spin_unlock_bh(&p->lock);
}

void port_flush_bad(struct port *p)
{
	mutex_lock(&p->mutex); // step
	flush_work(&p->work); // finds deadlock/wait: flush_work() waits for port_work(), which takes port->mutex, while that is held
	mutex_unlock(&p->mutex);
}

static void port_stop(struct port *p)
{
	cancel_delayed_work_sync(&p->late); // step
}

void port_remove_bad(struct port *p)
{
	mutex_lock(&p->mutex);
	port_stop(p); // finds deadlock/wait: cancel_delayed_work_sync() waits for port_late(), which takes port->mutex
	mutex_unlock(&p->mutex);
}

struct gate {
	spinlock_t lock;
	struct mutex mutex;
	struct timer_list timer;
	struct work_struct work;
	int n;
};

static void gate_timeout_ok(struct timer_list *timer)
{
	struct gate *g = from_timer(g, timer, timer);

	spin_lock(&g->lock);
	g->n++;
	spin_unlock(&g->lock);
}

static void gate_work_ok(struct work_struct *work)
{
	struct gate *g = container_of(work, struct gate, work);

	mutex_lock(&g->mutex);
	g->n++;
	mutex_unlock(&g->mutex);
}

void gate_setup(struct gate *g)
{
	timer_setup(&g->timer, gate_timeout_ok, 0);
	INIT_WORK(&g->work, gate_work_ok);
}

/* Only tries, does not wait; waits after the lock. */
void gate_close_ok(struct gate *g)
{
	spin_lock_bh(&g->lock);
	timer_delete(&g->timer);
	spin_unlock_bh(&g->lock);
	timer_delete_sync(&g->timer);
}

void gate_remove_ok(struct gate *g)
{
	mutex_lock(&g->mutex);
	cancel_work(&g->work);
	mutex_unlock(&g->mutex);
	cancel_work_sync(&g->work);
}

/* A callee gives the caller's lock back, and then has the timer stopped by one that is only told. */
struct session {
	spinlock_t lock;
	struct timer_list timer;
	int n;
};

static void session_timeout(struct timer_list *timer)
{
	struct session *s = from_timer(s, timer, timer);

	spin_lock(&s->lock);
	s->n++;
	spin_unlock(&s->lock);
}

static void stop_timer(struct timer_list *timer)
{
	timer_delete_sync(timer); // step
}

static void abort_task(struct session *s)
{
	spin_unlock_bh(&s->lock);
	stop_timer(&s->timer);
	spin_lock_bh(&s->lock);
}

void session_abort_ok(struct session *s)
{
	timer_setup(&s->timer, session_timeout, 0);
	spin_lock_bh(&s->lock);
	abort_task(s);
	spin_unlock_bh(&s->lock);
}

struct session_bad {
	spinlock_t lock;
	struct timer_list timer;
	int n;
};

static void session_timeout_bad(struct timer_list *timer)
{
	struct session_bad *s = from_timer(s, timer, timer);

	spin_lock(&s->lock); // step
	s->n++;
	spin_unlock(&s->lock);
}

/* It is taken again too early. */
static void abort_task_bad(struct session_bad *s)
{
	spin_unlock_bh(&s->lock);
	s->n++;
	spin_lock_bh(&s->lock); // step
	stop_timer(&s->timer);	// finds deadlock/wait [error, high]: timer_delete_sync() waits for session_timeout_bad()
}

void session_abort(struct session_bad *s)
{
	timer_setup(&s->timer, session_timeout_bad, 0);
	spin_lock_bh(&s->lock);
	abort_task_bad(s);
	spin_unlock_bh(&s->lock);
}

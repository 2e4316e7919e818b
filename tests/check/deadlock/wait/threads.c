/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A thread, an interrupt's thread, and the work items of a queue are waited for. */
#include "kernel.h"

struct motor {
	struct mutex lock, irq_lock, queue_lock;
	struct task_struct *thread;
	struct workqueue_struct *queue;
	struct work_struct work;
	int irq, n;
};

static int motor_thread(void *data)
{
	struct motor *m = data;

	while (!kthread_should_stop()) {
		mutex_lock(&m->lock); // step
		m->n++;
		mutex_unlock(&m->lock);
	}
	return 0;
}

static irqreturn_t motor_irq_thread(int irq, void *data)
{
	struct motor *m = data;

	mutex_lock(&m->irq_lock); // step
	m->n++;
	mutex_unlock(&m->irq_lock);
	return IRQ_HANDLED;
}

static void motor_work(struct work_struct *work)
{
	struct motor *m = container_of(work, struct motor, work);

	mutex_lock(&m->queue_lock); // step
	m->n++;
	mutex_unlock(&m->queue_lock);
}

int motor_start(struct motor *m)
{
	INIT_WORK(&m->work, motor_work);
	m->thread = kthread_run(motor_thread, m, "motor");
	return request_threaded_irq(m->irq, NULL, motor_irq_thread, 0, "motor", m);
}

void motor_kick(struct motor *m)
{
	queue_work(m->queue, &m->work);
}

void motor_stop_bad(struct motor *m)
{
	mutex_lock(&m->lock);
	kthread_stop(m->thread); // finds deadlock/wait [error, high]: kthread_stop() waits for motor_thread(), which takes motor->lock
	mutex_unlock(&m->lock);
}

void motor_free_irq_bad(struct motor *m)
{
	mutex_lock(&m->irq_lock);
	free_irq(m->irq, m); // finds deadlock/wait [error, high]: free_irq() waits for motor_irq_thread(), which takes motor->irq_lock
	mutex_unlock(&m->irq_lock);
}

void motor_flush_bad(struct motor *m)
{
	mutex_lock(&m->queue_lock);
	flush_workqueue(m->queue); // finds deadlock/wait [error, high]: flush_workqueue() waits for motor_work(), which takes motor->queue_lock
	mutex_unlock(&m->queue_lock);
}

struct fan {
	struct mutex lock, irq_lock, queue_lock;
	struct task_struct *thread;
	struct workqueue_struct *queue, *other;
	struct work_struct work;
	int irq, n;
};

static int fan_thread_ok(void *data)
{
	struct fan *f = data;

	mutex_lock(&f->lock);
	f->n++;
	mutex_unlock(&f->lock);
	return 0;
}

static irqreturn_t fan_irq_thread_ok(int irq, void *data)
{
	struct fan *f = data;

	mutex_lock(&f->irq_lock);
	f->n++;
	mutex_unlock(&f->irq_lock);
	return IRQ_HANDLED;
}

static void fan_work_ok(struct work_struct *work)
{
	struct fan *f = container_of(work, struct fan, work);

	mutex_lock(&f->queue_lock);
	f->n++;
	mutex_unlock(&f->queue_lock);
}

int fan_start_ok(struct fan *f)
{
	INIT_WORK(&f->work, fan_work_ok);
	queue_work(f->queue, &f->work);
	f->thread = kthread_run(fan_thread_ok, f, "fan");
	return request_threaded_irq(f->irq, NULL, fan_irq_thread_ok, 0, "fan", f);
}

void fan_stop_ok(struct fan *f)
{
	mutex_lock(&f->lock);
	f->n = 0;
	mutex_unlock(&f->lock);
	kthread_stop(f->thread);
	free_irq(f->irq, f);
	flush_workqueue(f->queue);
	mutex_lock(&f->queue_lock);
	flush_workqueue(f->other);
	mutex_unlock(&f->queue_lock);
}

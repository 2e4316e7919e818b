/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A lock is known to a layer above through a pointer. Where all that is stored there is the
 * address of one lock, an interrupt that takes that by its name takes what is behind the pointer.
 */
#include "kernel.h"

struct channel {
	spinlock_t lock;
	int state;
};

struct drive {
	spinlock_t *lock; /* &channel->lock */
	int requests;
};

irqreturn_t channel_irq(int irq, void *data)
{
	struct channel *channel = data;

	spin_lock(&channel->lock); // step
	channel->state++;
	spin_unlock(&channel->lock);
	return IRQ_HANDLED;
}

int drive_probe(struct drive *drive, struct channel *channel, int irq)
{
	spin_lock_init(&channel->lock);
	drive->lock = &channel->lock;
	return request_irq(irq, channel_irq, 0, "channel", channel);
}

void drive_cancel_bad(struct drive *drive)
{
	spin_lock(drive->lock); // finds deadlock/irq [warning, medium]: channel.lock
	drive->requests--;
	spin_unlock(drive->lock);
}

void drive_cancel_ok(struct drive *drive)
{
	unsigned long flags;

	spin_lock_irqsave(drive->lock, flags);
	drive->requests--;
	spin_unlock_irqrestore(drive->lock, flags);
}

/* Two locks are stored there, only one of which an interrupt takes. */
struct port {
	spinlock_t lock;
	int level;
};

struct hub {
	spinlock_t lock;
	int ports;
};

struct line {
	spinlock_t *lock; /* &port->lock, &hub->lock */
	int sent;
};

irqreturn_t port_irq(int irq, void *data)
{
	struct port *port = data;

	spin_lock(&port->lock);
	port->level++;
	spin_unlock(&port->lock);
	return IRQ_HANDLED;
}

int port_probe(struct line *line, struct port *port, int irq)
{
	spin_lock_init(&port->lock);
	line->lock = &port->lock;
	return request_irq(irq, port_irq, 0, "port", port);
}

void hub_probe(struct line *line, struct hub *hub)
{
	spin_lock_init(&hub->lock);
	line->lock = &hub->lock;
}

void line_send_ok(struct line *line)
{
	spin_lock(line->lock);
	line->sent++;
	spin_unlock(line->lock);
}

/* What a caller from elsewhere stores is not known. */
struct queue {
	spinlock_t lock;
	int n;
};

struct stream {
	spinlock_t *lock;
	int n;
};

irqreturn_t queue_irq(int irq, void *data)
{
	struct queue *queue = data;

	spin_lock(&queue->lock);
	queue->n++;
	spin_unlock(&queue->lock);
	return IRQ_HANDLED;
}

int queue_probe(struct stream *stream, struct queue *queue, int irq)
{
	spin_lock_init(&queue->lock);
	stream->lock = &queue->lock;
	return request_irq(irq, queue_irq, 0, "queue", queue);
}

void stream_set_lock(struct stream *stream, spinlock_t *lock)
{
	stream->lock = lock;
}

void stream_read_ok(struct stream *stream)
{
	spin_lock(stream->lock);
	stream->n++;
	spin_unlock(stream->lock);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A request of netlink comes without a reader; events come from one. */
#include "kernel.h"

struct sk_buff;

int netlink_rcv_skb(struct sk_buff *skb, int (*cb)(struct sk_buff *skb, int type));

struct space {
	struct mutex lock;
	struct socket __rcu *socket;
	int policy;
};

struct socket {
	int port;
};

static struct space space;

static int space_multicast_bad(int event)
{
	struct socket *socket = rcu_dereference(space.socket); // finds rcu/reader-missing: outside of any RCU reader

	return socket ? socket->port + event : 0;
}

void space_event_ok(int event)
{
	rcu_read_lock();
	space_multicast_bad(event);
	rcu_read_unlock();
}

static int space_message(struct sk_buff *skb, int type) // step
{
	space.policy = type;
	return space_multicast_bad(type); // step
}

void space_receive(struct sk_buff *skb)
{
	mutex_lock(&space.lock);
	netlink_rcv_skb(skb, space_message);
	mutex_unlock(&space.lock);
}

void space_open(struct socket *socket)
{
	mutex_init(&space.lock);
	rcu_assign_pointer(space.socket, socket);
}

struct room {
	struct mutex lock;
	struct socket __rcu *socket;
	int policy;
};

static struct room room;

static int room_multicast_ok(int event)
{
	struct socket *socket = rcu_dereference(room.socket);

	return socket ? socket->port + event : 0;
}

static int room_message_ok(struct sk_buff *skb, int type)
{
	int result;

	room.policy = type;
	rcu_read_lock();
	result = room_multicast_ok(type);
	rcu_read_unlock();
	return result;
}

void room_receive_ok(struct sk_buff *skb)
{
	mutex_lock(&room.lock);
	netlink_rcv_skb(skb, room_message_ok);
	mutex_unlock(&room.lock);
}

void room_open(struct socket *socket)
{
	mutex_init(&room.lock);
	rcu_assign_pointer(room.socket, socket);
}

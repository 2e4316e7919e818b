/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * netdev_priv() is arithmetic: whoever asks whether it returned NULL leaves by a way that there is
 * not.
 */
#include "kernel.h"

struct net_device;

void *netdev_priv(const struct net_device *dev);
void *netdev_find(const struct net_device *dev);

struct port {
	struct mutex lock;
	int users;
};

int open_bad(struct port *parent, struct net_device *dev)
{
	struct port *port;

	mutex_lock(&parent->lock);
	port = netdev_find(dev);
	if (!port)
		return -ENODEV; // finds lock/imbalance
	port->users++;
	mutex_unlock(&parent->lock);
	return 0;
}

int open_ok(struct port *parent, struct net_device *dev)
{
	struct port *port;

	mutex_lock(&parent->lock);
	port = netdev_priv(dev);
	if (!port)
		return -ENODEV;
	port->users++;
	mutex_unlock(&parent->lock);
	return 0;
}

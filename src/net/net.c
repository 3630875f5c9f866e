/* The error domain of the network folder: see net.h. */
#include "net/net.h"

G_DEFINE_QUARK(ll3m_net_error, net_error)

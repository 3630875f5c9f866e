/* What goes wrong on a wire: the error domain of this folder. A code tells retry from give up. */
#pragma once

#include <glib.h>

#define NET_ERROR (net_error_quark())
GQuark net_error_quark(void);
enum net_error_code {
	NET_ERROR_ADDRESS,  /* a URL, host, port or socket path that cannot be used: give up */
	NET_ERROR_LISTEN,   /* the address is taken or not ours to listen on: give up */
	NET_ERROR_CONNECT,  /* nobody answers there, or the name is unknown: retry later */
	NET_ERROR_TLS,      /* the peer could not prove who it is: give up */
	NET_ERROR_TIMEOUT,  /* connected, then silent for too long: retry */
	NET_ERROR_CUT,      /* the peer left before its answer was whole: retry */
	NET_ERROR_TOO_LONG, /* more bytes than the caller takes: give up */
	NET_ERROR_PROTOCOL, /* the bytes are not what the protocol says: give up */
	NET_ERROR_STOPPED,  /* the caller's own callback asked for the end */
};

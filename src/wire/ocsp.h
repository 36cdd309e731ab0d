/* ocsp.h — the OCSP responder over HTTP (RFC 6960, appendix A; RFC 5019, 5 and 6).
 *
 *   POST /ocsp[/AUTHORITY]            the request is the body
 *   GET  /ocsp[/AUTHORITY]/REQUEST    base64, URL-encoded as much as the client likes; may hold slashes
 *
 * A cached answer is given by the HTTP thread itself; anything else is a worker's. Whoever asks has no credentials, so
 * the questions that wait are never more than a part of what the lane holds: those beyond are told to try later. */
#ifndef CHANCERY_WIRE_OCSP_H
#define CHANCERY_WIRE_OCSP_H

#include "wire/exchange.h"

enum {
	/* As for lists: a cache between us and whoever asks may not hide a revocation for longer. */
	OCSP_MAX_AGE_S = 60,
	/* Of a lane's places, one in so many may be taken by questions. */
	OCSP_LANE_SHARE = 4,
};

bool ocsp_is_here(struct str target);
/* For what ocsp_is_here() said yes to; and `/` is `/ocsp`. */
enum MHD_Result ocsp_check_head(struct exchange *exchange, struct str target);

#endif

// Made by `npm run openapi` from docs/openapi.json. Do not edit.

export interface components {
    schemas: {
        /** @description Whether the service is up. */
        readonly Health: {
            /**
             * @description `up` if the database answers and accepts writes, and the node is not shutting down
             * @enum {string}
             */
            readonly status: "up" | "down";
            /**
             * @description Whether the database answers
             * @enum {string}
             */
            readonly database: "up" | "down";
            /**
             * @description Whether the database accepts writes; `down`, for example, if the disk is full or read-only
             * @enum {string}
             */
            readonly writes: "up" | "down";
            /**
             * Format: date-time
             * @description The time of the server
             */
            readonly time: string;
        };
        /** @description A failure: problem details as of RFC 9457. */
        readonly Problem: {
            /** @description A URI for this kind of problem; switch on `code` instead */
            readonly type: string;
            /** @description The kind of problem, in a few words */
            readonly title: string;
            /** @description The HTTP status */
            readonly status: number;
            /** @description The same as `message` */
            readonly detail: string;
            /**
             * @description Always false
             * @enum {boolean}
             */
            readonly success: false;
            /** @description What went wrong, for people; do not compare it */
            readonly message: string;
            /**
             * @description What went wrong, for programs
             * @example otp_invalid
             * @enum {string}
             */
            readonly code: "invalid_json" | "validation_failed" | "invalid_phone" | "region_not_allowed" | "unauthorized" | "forbidden" | "password_change_required" | "not_found" | "method_not_allowed" | "unsupported_media_type" | "payload_too_large" | "otp_invalid" | "verification_pending" | "proof_invalid" | "otp_locked" | "resend_too_soon" | "rate_limited" | "no_next_step" | "recipient_unreachable" | "delivery_failed" | "provider_unavailable" | "database_unavailable" | "overloaded" | "session_not_found" | "session_exists" | "session_limit" | "session_not_connected" | "media_gone" | "media_corrupt" | "media_too_large" | "media_unavailable" | "media_elsewhere" | "session_use" | "user_exists" | "key_not_active" | "webhook_not_active" | "idempotency_key_reused" | "request_in_progress" | "internal_error";
            /** @description The ID of the request, as in `X-Request-Id` and in the log */
            readonly requestId: string;
            /** @description Seconds until the same request may succeed, as in `Retry-After` */
            readonly retryAfter?: number;
            /** @description With `otp_invalid`: attempts left before the code is invalidated */
            readonly attemptsLeft?: number;
            /** @description The fields at fault, at most 10; or each channel with its reason */
            readonly errors?: readonly components["schemas"]["FieldError"][];
        };
        /** @description One field, parameter or channel that is at fault. */
        readonly FieldError: {
            /** @description The field or parameter, with dots between levels; or the channel */
            readonly path: string;
            /** @description What is wrong with it, for people */
            readonly message: string;
            /**
             * @description What is wrong with it, for programs
             * @enum {string}
             */
            readonly code: "required" | "unknown_field" | "repeated" | "invalid_type" | "invalid_value" | "invalid_format" | "too_short" | "too_long" | "too_small" | "too_large" | "control_characters" | "conflict" | "invalid" | "too_uniform" | "contains_email" | "contains_product_name" | "wrong_password" | "unchanged" | "not_on_channel" | "refused" | "unavailable" | "timeout" | "misconfigured" | "fraud_blocked";
        };
        /** @description Whether a node is ready for requests. */
        readonly Readiness: {
            /** @description Whether this node should get requests */
            readonly ready: boolean;
            /**
             * @description Whether the database answers
             * @enum {string}
             */
            readonly database: "up" | "down";
            /**
             * @description Whether the database accepts writes; `down`, for example, if the disk is full or read-only
             * @enum {string}
             */
            readonly writes: "up" | "down";
            /** @description Migrations that have not been applied */
            readonly pendingMigrations: readonly string[];
            /** @description Whether the node is shutting down */
            readonly draining: boolean;
            /** @description For how many seconds the process has been running */
            readonly uptimeSeconds: number;
            /**
             * @description The version of Waverify on this node
             * @example 0.1.0
             */
            readonly version: string;
            /** @description The commit that it was built from; null if it is not known */
            readonly build: string | null;
        };
        /** @description A code that was sent. */
        readonly Sent: {
            /**
             * @description The ID of the verification, as the send request returned it. Keep it on your server
             * @example T9LOIawrvRT8gFqIc6yI588mTQiT1t5f
             */
            readonly verificationId: string;
            /**
             * @description The phone number in E.164; absent if the recipient is an email address
             * @example +6281234567890
             */
            readonly phoneNumber?: string;
            /**
             * @description The email address in lower case; present if the recipient is one
             * @example user@example.com
             */
            readonly email?: string;
            /**
             * @description `email` if the recipient is an email address; absent for a phone number
             * @enum {string}
             */
            readonly recipientKind?: "email";
            /**
             * @description The name of the session; for users with the role `ADMIN` its ID, `account~name`
             * @example default
             */
            readonly sessionId: string;
            /**
             * @description The channel that accepted the message; `test` for a test number
             * @example whatsapp
             */
            readonly channel: string;
            /** @description The ID of the message on its channel */
            readonly messageId: string;
            /**
             * @description Always `sent`
             * @enum {string}
             */
            readonly status: "sent";
            /**
             * Format: date-time
             * @description When the code expires
             */
            readonly expiresAt: string;
            /** @description Seconds until the code expires */
            readonly expiresIn: number;
            /** @description Seconds until another code may be sent */
            readonly resendIn: number;
            /**
             * Format: date-time
             * @description Until then, codes for this recipient are accepted only by `verificationId`, because too many wrong ones were entered; null if the recipient is not locked
             */
            readonly lockedUntil: string | null;
        };
        /** @description A verification by a message that the person sends to us. */
        readonly WaitingForMessage: {
            /**
             * @description The ID of the verification, as the send request returned it. Keep it on your server
             * @example T9LOIawrvRT8gFqIc6yI588mTQiT1t5f
             */
            readonly verificationId: string;
            /**
             * @description Always `inbound`
             * @enum {string}
             */
            readonly method: "inbound";
            /**
             * @description The number that must send the message; absent if any number may
             * @example +6281234567890
             */
            readonly phoneNumber?: string;
            /** @description The channel to whose number the message goes; `whatsapp` for that of a session */
            readonly channel: string;
            /**
             * @description The session to whose number the message goes; null for the number of another channel
             * @example default
             */
            readonly sessionId: string | null;
            /**
             * @description Always `waiting`
             * @enum {string}
             */
            readonly status: "waiting";
            /**
             * @description Opens WhatsApp with the message filled in, on a phone and on a computer. It contains the token: show it only to the person who is to be verified
             * @example https://wa.me/6281230000001?text=I%20want%20to%20verify…
             */
            readonly link: string;
            /** @description The link as a QR code: an SVG in a `data:` URL, for an `img` element */
            readonly qr: string;
            /**
             * @description The message, with the token, for people who type it themselves
             * @example I want to verify my number for Kopi & Roti (login): WV-7K3M-9QXA-2B4C-5D6E
             *     Send this only if you asked for it yourself.
             */
            readonly text: string;
            /** @description Whether a code is sent back to the person, which verifies when it is entered */
            readonly returnCode: boolean;
            /**
             * Format: date-time
             * @description When the verification expires. Until then, the message, and the code sent back, are accepted
             */
            readonly expiresAt: string;
            /** @description Seconds until then; 0 when it has ended */
            readonly expiresIn: number;
        };
        /** @description A code that is being sent. `getCodeStatus` has the outcome, as `delivery`. */
        readonly Pending: {
            /**
             * @description The ID of the verification, as the send request returned it. Keep it on your server
             * @example T9LOIawrvRT8gFqIc6yI588mTQiT1t5f
             */
            readonly verificationId: string;
            /**
             * @description The phone number in E.164; absent if the recipient is an email address
             * @example +6281234567890
             */
            readonly phoneNumber?: string;
            /**
             * @description The email address in lower case; present if the recipient is one
             * @example user@example.com
             */
            readonly email?: string;
            /**
             * @description `email` if the recipient is an email address; absent for a phone number
             * @enum {string}
             */
            readonly recipientKind?: "email";
            /**
             * @description The name of the session; for users with the role `ADMIN` its ID, `account~name`
             * @example default
             */
            readonly sessionId: string;
            /**
             * @description The channel that is tried first; `test` for a test number
             * @example whatsapp
             */
            readonly channel: string;
            /** @description The ID of the message on its channel */
            readonly messageId: string;
            /**
             * @description Always `pending`
             * @enum {string}
             */
            readonly status: "pending";
            /**
             * Format: date-time
             * @description When the code expires
             */
            readonly expiresAt: string;
            /** @description Seconds until the code expires */
            readonly expiresIn: number;
            /** @description Seconds until another code may be sent */
            readonly resendIn: number;
            /**
             * Format: date-time
             * @description Until then, codes for this recipient are accepted only by `verificationId`, because too many wrong ones were entered; null if the recipient is not locked
             */
            readonly lockedUntil: string | null;
        };
        /** @description A code to send. Give `phoneNumber`, or `email` to verify an email address, or both. Or, with `method: "inbound"`, a verification by a message that the person sends; then `phoneNumber` may be left out, and `companyName` is required. */
        readonly SendRequest: {
            /**
             * @description A mobile number as people write it. Start it with `+` or `00` and the country code; otherwise it is read as a number of `DEFAULT_REGION`
             * @example 081234567890
             */
            readonly phoneNumber?: string;
            /**
             * @description The WhatsApp session to send from. By default any session of the account
             * @example default
             */
            readonly sessionId?: string;
            /**
             * @description Who sends the code: 1 to 60 characters of plain text in any script, emoji included. No markup, nothing that looks like a code, and no links unless an operator has declared the name or its domain for the account
             * @example Kopi & Roti ☕
             */
            readonly companyName?: string;
            /**
             * @description What the code is for; `login` by default. A code for one purpose is never accepted for another
             * @example login
             */
            readonly purpose?: string;
            /**
             * @description Send on this channel only, by its name in `OTP_CHANNELS`. By default, the workflow of the account or the order of `OTP_CHANNELS` applies. With `method: "inbound"`: the channel to whose number the person writes
             * @example whatsapp
             */
            readonly channel?: string;
            /**
             * @description The channels to try, in this order, with the same code. The next step starts at once if a channel refuses the message, and after `waitSeconds` if `until` is not reported. By default, the workflow of the account, or the channels of `OTP_CHANNELS`
             * @example [
             *       {
             *         "channel": "whatsapp",
             *         "waitSeconds": 30,
             *         "until": "delivered"
             *       }
             *     ]
             */
            readonly workflow?: readonly {
                /**
                 * @description The channel of this step
                 * @example whatsapp
                 */
                readonly channel: string;
                /** @description How long to wait for `until` before the next step starts; `DELIVERY_WAIT_SECONDS` by default */
                readonly waitSeconds?: number;
                /**
                 * @description What must be reported in time; `DELIVERY_UNTIL` by default. If the channel does not report delivery, the step is complete when it accepts the message
                 * @enum {string}
                 */
                readonly until?: "accepted" | "delivered" | "read";
            }[];
            /**
             * Format: email
             * @description Without `phoneNumber`: the email address to verify. With it: where the channel `email` sends the code; without it, that channel is not tried
             * @example user@example.com
             */
            readonly email?: string;
            /**
             * @description The language of the message, as a BCP 47 tag. Without it, and for a language without a text, the region of the number decides; English if there is no text for that either, and for email addresses
             * @example en
             */
            readonly locale?: string;
            /**
             * @description The IP address of the end user, as your server sees it. Limits per address count this address, never that of your server
             * @example 203.0.113.7
             */
            readonly clientIp?: string;
            /**
             * @description `code` (the default) sends a code. With `inbound`, nothing is sent: the person sends a message to us
             * @enum {string}
             */
            readonly method?: "code" | "inbound";
            /** @description Only with `method: "inbound"`: whether a code is sent back to the person who has written, to be checked with `POST /api/otp/verify`. By default, only without `phoneNumber` */
            readonly returnCode?: boolean;
        };
        /** @description A code to send again. Give `phoneNumber`, or `email` to verify an email address, or both. */
        readonly ResendRequest: {
            /**
             * @description A mobile number as people write it. Start it with `+` or `00` and the country code; otherwise it is read as a number of `DEFAULT_REGION`
             * @example 081234567890
             */
            readonly phoneNumber?: string;
            /**
             * @description The WhatsApp session to send from. By default any session of the account
             * @example default
             */
            readonly sessionId?: string;
            /**
             * @description Who sends the code: 1 to 60 characters of plain text in any script, emoji included. No markup, nothing that looks like a code, and no links unless an operator has declared the name or its domain for the account
             * @example Kopi & Roti ☕
             */
            readonly companyName?: string;
            /**
             * @description What the code is for; `login` by default. A code for one purpose is never accepted for another
             * @example login
             */
            readonly purpose?: string;
            /**
             * @description Send on this channel only, by its name in `OTP_CHANNELS`. By default, the workflow of the account or the order of `OTP_CHANNELS` applies. With `method: "inbound"`: the channel to whose number the person writes
             * @example whatsapp
             */
            readonly channel?: string;
            /**
             * @description The channels to try, in this order, with the same code. The next step starts at once if a channel refuses the message, and after `waitSeconds` if `until` is not reported. By default, the workflow of the account, or the channels of `OTP_CHANNELS`
             * @example [
             *       {
             *         "channel": "whatsapp",
             *         "waitSeconds": 30,
             *         "until": "delivered"
             *       }
             *     ]
             */
            readonly workflow?: readonly {
                /**
                 * @description The channel of this step
                 * @example whatsapp
                 */
                readonly channel: string;
                /** @description How long to wait for `until` before the next step starts; `DELIVERY_WAIT_SECONDS` by default */
                readonly waitSeconds?: number;
                /**
                 * @description What must be reported in time; `DELIVERY_UNTIL` by default. If the channel does not report delivery, the step is complete when it accepts the message
                 * @enum {string}
                 */
                readonly until?: "accepted" | "delivered" | "read";
            }[];
            /**
             * Format: email
             * @description Without `phoneNumber`: the email address to verify. With it: where the channel `email` sends the code; without it, that channel is not tried
             * @example user@example.com
             */
            readonly email?: string;
            /**
             * @description The language of the message, as a BCP 47 tag. Without it, and for a language without a text, the region of the number decides; English if there is no text for that either, and for email addresses
             * @example en
             */
            readonly locale?: string;
            /**
             * @description The IP address of the end user, as your server sees it. Limits per address count this address, never that of your server
             * @example 203.0.113.7
             */
            readonly clientIp?: string;
        };
        /** @description A code to send by the next step of its workflow. Give `verificationId`, or `phoneNumber` or `email`; if you give the ID and a recipient, they must match. */
        readonly NextRequest: {
            /**
             * @description A mobile number as people write it. Start it with `+` or `00` and the country code; otherwise it is read as a number of `DEFAULT_REGION`
             * @example 081234567890
             */
            readonly phoneNumber?: string;
            /**
             * Format: email
             * @description The email address, instead of `phoneNumber`
             * @example user@example.com
             */
            readonly email?: string;
            /**
             * @description The ID of the verification, as the send request returned it. Keep it on your server
             * @example T9LOIawrvRT8gFqIc6yI588mTQiT1t5f
             */
            readonly verificationId?: string;
            /**
             * @description What the code was sent for; `login` by default, if you give no `verificationId`
             * @example login
             */
            readonly purpose?: string;
        };
        /** @description A code that was accepted, once. */
        readonly Verified: {
            /**
             * @description The ID of the verification, as the send request returned it. Keep it on your server
             * @example T9LOIawrvRT8gFqIc6yI588mTQiT1t5f
             */
            readonly verificationId: string;
            /**
             * @description The number that is verified, in E.164; absent if it is an email address. Trust this one
             * @example +6281234567890
             */
            readonly phoneNumber?: string;
            /**
             * @description The email address that is verified, in lower case; absent if it is a number. Trust this one
             * @example user@example.com
             */
            readonly email?: string;
            /**
             * @description `email` if the recipient is an email address; absent for a phone number
             * @enum {string}
             */
            readonly recipientKind?: "email";
            /**
             * @description The name of the session; for users with the role `ADMIN` its ID, `account~name`
             * @example default
             */
            readonly sessionId: string;
            /** @description What the code was sent for */
            readonly purpose: string;
            /**
             * Format: date-time
             * @description When the code was accepted
             */
            readonly verifiedAt: string;
            /**
             * @description With `proof: true`: a JWT that is valid for 120 seconds, signed with a key of `/.well-known/jwks.json`
             * @example eyJhbGciOiJFZERTQSIsInR5cCI6InByb29mK2p3dCIsImtpZCI6Ijk…
             */
            readonly proof?: string;
        };
        /** @description A code to check. Give `verificationId`, or `phoneNumber` or `email`; if you give the ID and a recipient, they must match. `otp` is required, except for a verification with `method: "inbound"` that needs no code. */
        readonly VerifyRequest: {
            /**
             * @description A mobile number as people write it. Start it with `+` or `00` and the country code; otherwise it is read as a number of `DEFAULT_REGION`
             * @example 081234567890
             */
            readonly phoneNumber?: string;
            /**
             * Format: email
             * @description The email address, instead of `phoneNumber`
             * @example user@example.com
             */
            readonly email?: string;
            /**
             * @description The ID of the verification, as the send request returned it. Keep it on your server
             * @example T9LOIawrvRT8gFqIc6yI588mTQiT1t5f
             */
            readonly verificationId?: string;
            /**
             * @description The code as the user entered it: 6 digits. White space, dashes, invisible characters and quotes around them are ignored, and digits of every script are read
             * @example 123456
             */
            readonly otp?: string;
            /**
             * @description If given, a code that was sent from another session is not accepted
             * @example default
             */
            readonly sessionId?: string;
            /**
             * @description What the code was sent for; `login` by default
             * @example login
             */
            readonly purpose?: string;
            /**
             * @description The IP address of the end user, as your server sees it. Limits per address count this address, never that of your server
             * @example 203.0.113.7
             */
            readonly clientIp?: string;
            /** @description Whether the response has a `proof`: a signed token that proves to other programs that the code was accepted */
            readonly proof?: boolean;
        };
        /** @description A code to invalidate. Give `verificationId`, or `phoneNumber` or `email`; if you give the ID and a recipient, they must match. */
        readonly ExpireRequest: {
            /**
             * @description A mobile number as people write it. Start it with `+` or `00` and the country code; otherwise it is read as a number of `DEFAULT_REGION`
             * @example 081234567890
             */
            readonly phoneNumber?: string;
            /**
             * Format: email
             * @description The email address, instead of `phoneNumber`
             * @example user@example.com
             */
            readonly email?: string;
            /**
             * @description The ID of the verification, as the send request returned it. Keep it on your server
             * @example T9LOIawrvRT8gFqIc6yI588mTQiT1t5f
             */
            readonly verificationId?: string;
            /**
             * @description If given, a code that was sent from another session stays valid
             * @example default
             */
            readonly sessionId?: string;
            /**
             * @description What the code was sent for; `login` by default, if you give no `verificationId`
             * @example login
             */
            readonly purpose?: string;
        };
        /** @description The newest code of a recipient and purpose. */
        readonly Status: {
            /**
             * @description The status of the newest code; `none` if there is none
             * @enum {string}
             */
            readonly status: "none" | "sent" | "verified" | "expired" | "failed";
            /**
             * @description The phone number, masked; absent if the recipient is an email address
             * @example +62812****7890
             */
            readonly phoneNumber?: string;
            /**
             * @description The email address, masked; present if the recipient is one
             * @example u•••@example.com
             */
            readonly email?: string;
            /**
             * @description `email` if the recipient is an email address; absent for a phone number
             * @enum {string}
             */
            readonly recipientKind?: "email";
            /** @description Whether a code would be checked by phone number or email address now */
            readonly canVerify: boolean;
            /**
             * Format: date-time
             * @description Until then, codes for this recipient are accepted only by `verificationId`, because too many wrong ones were entered; null if the recipient is not locked
             */
            readonly lockedUntil: string | null;
            /** @description Whether `status` is `expired` */
            readonly isExpired: boolean;
            /** @description Attempts that were made */
            readonly attempts: number;
            /** @description Attempts that are allowed; 0 if there is no code */
            readonly maxAttempts: number;
            /**
             * Format: date-time
             * @description When the code was requested
             */
            readonly createdAt: string | null;
            /**
             * Format: date-time
             * @description When the code expires or expired
             */
            readonly expiresAt: string | null;
            /** @description Seconds until the code expires; 0 if none is live */
            readonly expiresIn: number;
            /**
             * Format: date-time
             * @description When the code was accepted
             */
            readonly verifiedAt: string | null;
            /**
             * @description The channel that accepted the message
             * @example whatsapp
             */
            readonly channel: string | null;
            /** @description The newest delivery of the code */
            readonly delivery: {
                /**
                 * @description The channel of this delivery
                 * @example whatsapp
                 */
                readonly channel: string;
                /**
                 * @description The status of the delivery
                 * @example delivered
                 * @enum {string}
                 */
                readonly status: "sending" | "accepted" | "delivered" | "read" | "failed" | "unknown";
                /**
                 * @description Why the channel did not accept the message
                 * @enum {string|null}
                 */
                readonly reason: "not_on_channel" | "refused" | "unavailable" | "timeout" | "misconfigured" | "fraud_blocked" | null;
                /**
                 * Format: date-time
                 * @description When `status` last changed
                 */
                readonly updatedAt: string;
            } | null;
        };
        /** @description The verification that a proof was issued for. */
        readonly RedeemedProof: {
            /**
             * @description The ID of the verification, as the send request returned it. Keep it on your server
             * @example T9LOIawrvRT8gFqIc6yI588mTQiT1t5f
             */
            readonly verificationId: string;
            /**
             * @description The number that is verified, in E.164; absent if it is an email address. Trust this one
             * @example +6281234567890
             */
            readonly phoneNumber?: string;
            /**
             * @description The email address that is verified, in lower case; absent if it is a number. Trust this one
             * @example user@example.com
             */
            readonly email?: string;
            /**
             * @description `email` if the recipient is an email address; absent for a phone number
             * @enum {string}
             */
            readonly recipientKind?: "email";
            /**
             * @description The name of the session; for users with the role `ADMIN` its ID, `account~name`
             * @example default
             */
            readonly sessionId: string;
            /** @description What the code was sent for */
            readonly purpose: string;
            /**
             * Format: date-time
             * @description When the code was accepted
             */
            readonly verifiedAt: string;
            /**
             * @description The hosted page on which the code was entered, if it was on one. It must be one that you created for this user
             * @example 2cTq3fN0kK1mVqz8sXw4Yb7P
             */
            readonly pageId?: string;
        };
        /** @description A proof to redeem. */
        readonly RedeemProofRequest: {
            /**
             * @description The `proof` of `POST /api/otp/verify`, or of a hosted page
             * @example eyJhbGciOiJFZERTQSIsInR5cCI6InByb29mK2p3dCIsImtpZCI6Ijk…
             */
            readonly proof: string;
        };
        /** @description The progress of a verification by an incoming message. */
        readonly InboundVerification: {
            /**
             * @description The ID of the verification, as the send request returned it. Keep it on your server
             * @example T9LOIawrvRT8gFqIc6yI588mTQiT1t5f
             */
            readonly verificationId: string;
            /**
             * @description Always `inbound`
             * @enum {string}
             */
            readonly method: "inbound";
            /**
             * @description `waiting` for the message; `code_sent`: the message has arrived, and the code that was sent back is to be entered; `verified`; `expired`; `failed`
             * @enum {string}
             */
            readonly status: "waiting" | "code_sent" | "verified" | "expired" | "failed";
            /**
             * @description The number that is verified; null until then. Trust this one
             * @example +6281234567890
             */
            readonly phoneNumber: string | null;
            /** @description What the verification is for */
            readonly purpose: string;
            /** @description The channel to whose number the message goes; `whatsapp` for that of a session */
            readonly channel: string;
            /**
             * @description The session to whose number the message goes; null for the number of another channel
             * @example default
             */
            readonly sessionId: string | null;
            /** @description Whether a code is sent back to the person, which verifies when it is entered */
            readonly returnCode: boolean;
            /**
             * @description Why the latest message with the token did not count. `other_number`: another number than the one that was asked for sent it. `pending_identity`: WhatsApp does not say which number sent it. `number_not_accepted`: its region is not served. `too_many_open`: the number has too many open verifications. `reply_failed`: the code could not be sent back; the message can be sent again
             * @enum {string|null}
             */
            readonly problem: "other_number" | "pending_identity" | "number_not_accepted" | "too_many_open" | "reply_failed" | null;
            /** @description How many messages with the token did not count */
            readonly refusals: number;
            /**
             * Format: date-time
             * @description When it was started
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description When it was verified
             */
            readonly verifiedAt: string | null;
            /**
             * Format: date-time
             * @description When the verification expires. Until then, the message, and the code sent back, are accepted
             */
            readonly expiresAt: string;
            /** @description Seconds until then; 0 when it has ended */
            readonly expiresIn: number;
        };
        /** @description The history of one verification. */
        readonly Timeline: {
            /**
             * @description The ID of the verification, as the send request returned it. Keep it on your server
             * @example T9LOIawrvRT8gFqIc6yI588mTQiT1t5f
             */
            readonly verificationId: string;
            /**
             * @description The phone number, masked for callers without `otp:send`; absent if the recipient is an email address
             * @example +62812****7890
             */
            readonly phoneNumber?: string;
            /**
             * @description The email address, masked for callers without `otp:send`; present if the recipient is one
             * @example u•••@example.com
             */
            readonly email?: string;
            /**
             * @description `email` if the recipient is an email address; absent for a phone number
             * @enum {string}
             */
            readonly recipientKind?: "email";
            /**
             * @description `relayed` for a code that another server created, and that is only delivered here
             * @enum {string}
             */
            readonly kind: "code" | "relayed";
            /** @description What the code is for */
            readonly purpose: string;
            /**
             * @description `inbound` for a verification by an incoming message
             * @enum {string}
             */
            readonly method: "code" | "inbound";
            /**
             * @description The channel that accepted the message
             * @example whatsapp
             */
            readonly channel: string | null;
            /**
             * @description The name of the session; for users with the role `ADMIN` its ID, `account~name`
             * @example default
             */
            readonly sessionId: string;
            /**
             * @description The status of the code
             * @enum {string}
             */
            readonly status: "sent" | "verified" | "expired" | "failed";
            /** @description Attempts that were made; null for `relayed` */
            readonly attempts: number | null;
            /** @description Attempts that are allowed; null for `relayed` */
            readonly maxAttempts: number | null;
            /**
             * Format: date-time
             * @description When the code was requested
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description When the code expires or expired; for a code that another server created, as far as is known
             */
            readonly expiresAt: string;
            /** @description Everything that happened, in order of time */
            readonly events: readonly components["schemas"]["TimelineEvent"][];
        };
        /** @description One event of a verification. Fields that do not belong to its kind are absent. */
        readonly TimelineEvent: {
            /**
             * Format: date-time
             * @description When it happened
             */
            readonly at: string;
            /**
             * @description What happened
             * @enum {string}
             */
            readonly kind: "requested" | "attempt" | "accepted" | "failed" | "delivered" | "read" | "guess" | "verified" | "expired" | "limit" | "unlocked" | "message";
            /**
             * @description For deliveries: the channel
             * @example whatsapp
             */
            readonly channel?: string;
            /**
             * @description The name of the session; for users with the role `ADMIN` its ID, `account~name`
             * @example default
             */
            readonly sessionId?: string;
            /** @description For `accepted`: whether the channel reports when messages are delivered and read */
            readonly reportsDelivery?: boolean;
            /**
             * @description For `failed`: why the channel did not accept the message
             * @enum {string}
             */
            readonly reason?: "not_on_channel" | "refused" | "unavailable" | "timeout" | "misconfigured" | "fraud_blocked";
            /**
             * @description For a `guess` that was not accepted: why not. For a `message` with the token: what it led to
             * @enum {string}
             */
            readonly outcome?: "wrong_code" | "no_live_code" | "locked" | "not_compared" | "verified" | "code_sent" | "other_number" | "pending_identity" | "number_not_accepted" | "too_many_open" | "reply_failed" | "expired" | "replayed" | "unknown_token";
            /** @description For `limit`: the name of the limit that was exceeded */
            readonly limit?: string;
            /**
             * @description For `expired`: how the code ended. For a `guess`: whether it was the last attempt
             * @enum {string}
             */
            readonly details?: "timed_out" | "superseded" | "canceled_by_caller" | "ended_early" | "no_attempts_left";
            /**
             * @description For `unlocked`: who lifted the lock
             * @example user:1
             */
            readonly by?: string;
            /** @description What the channel reported about the message, for people; its wording may change */
            readonly note?: string;
        };
        /** @description A link to a hosted page. */
        readonly CreatedPage: {
            /** @description The ID of the page. Keep it: the result must name a page of the same user */
            readonly pageId: string;
            /** @description The link for the user. It works in one browser, for one verification */
            readonly url: string;
            /**
             * Format: date-time
             * @description When the link expires
             */
            readonly expiresAt: string;
            /** @description Seconds until the link expires */
            readonly expiresIn: number;
        };
        /** @description A hosted page to create. */
        readonly NewPageRequest: {
            /**
             * @description The number to verify. The user sees it masked. Without it, the user enters one
             * @example 081234567890
             */
            readonly phoneNumber?: string;
            /**
             * @description What the verification is for; `login` by default
             * @example login
             */
            readonly purpose?: string;
            /**
             * @description Who sends the code: 1 to 60 characters of plain text in any script, emoji included. No markup, nothing that looks like a code, and no links unless an operator has declared the name or its domain for the account
             * @example Kopi & Roti ☕
             */
            readonly companyName?: string;
            /**
             * @description The language of the page and of the message, as a BCP 47 tag. By default, that of the browser and of the number
             * @example en
             */
            readonly locale?: string;
            /**
             * @description Where the browser goes with the result. Its origin must be one of `PAGE_ORIGINS`; the parameters `proof` and `pageId` are added
             * @example https://shop.example.com/verified
             */
            readonly returnUrl?: string;
            /**
             * @description The origin of the window that opens the page. It gets the result with `postMessage`. It must be one of `PAGE_ORIGINS`
             * @example https://shop.example.com
             */
            readonly openerOrigin?: string;
        };
        /** @description A code to send. Give either `to` or `phone`. */
        readonly SessionSendRequest: {
            /**
             * @description A mobile number as people write it. Start it with `+` or `00` and the country code; otherwise it is read as a number of `DEFAULT_REGION`
             * @example 081234567890
             */
            readonly to?: string;
            /**
             * @description The same as `to`
             * @example 081234567890
             */
            readonly phone?: string;
            /**
             * @description Who sends the code: 1 to 60 characters of plain text in any script, emoji included. No markup, nothing that looks like a code, and no links unless an operator has declared the name or its domain for the account
             * @example Kopi & Roti ☕
             */
            readonly companyName?: string;
            /**
             * @description The language of the message, as a BCP 47 tag. Without it, and for a language without a text, the region of the number decides; English if there is no text for that either, and for email addresses
             * @example en
             */
            readonly locale?: string;
            /**
             * @description The IP address of the end user, as your server sees it. Limits per address count this address, never that of your server
             * @example 203.0.113.7
             */
            readonly clientIp?: string;
        };
        /** @description A number with a fixed code. */
        readonly TestNumber: {
            /**
             * @description The phone number in E.164
             * @example +6281234567890
             */
            readonly phoneNumber: string;
            /**
             * Format: date-time
             * @description When it stops being a test number
             */
            readonly validUntil: string;
            /**
             * Format: date-time
             * @description When it was created
             */
            readonly createdAt: string;
        };
        /** @description The fixed code of a test number. */
        readonly TestNumberRequest: {
            /**
             * @description The code that this number always gets
             * @example 123456
             */
            readonly otp: string;
            /**
             * Format: date-time
             * @description When it stops being a test number: at most 365 days ahead; 30 days by default
             * @example 2027-01-31T12:00:00Z
             */
            readonly validUntil?: string;
        };
        /** @description A message of a test number. */
        readonly SimulatedMessage: {
            /**
             * @description What the test number sends: the `text` of the verification, or anything else
             * @example WV-7K3M-9QXA-2B4C-5D6E
             */
            readonly text: string;
        };
        /** @description A text that replaces the built-in one. */
        readonly Template: {
            /**
             * @description The channel that the template is for; `*` for all
             * @example whatsapp
             */
            readonly channel: string;
            /**
             * @description The language that the template is for; `*` for all
             * @example en
             */
            readonly locale: string;
            /** @description The text with its placeholders */
            readonly text: string;
            /** @description The message with an example of a code and a company */
            readonly example: string;
            /**
             * @description The encoding as SMS: `UCS-2` if a character is not in GSM-7. A company name can change it
             * @example GSM-7
             * @enum {string}
             */
            readonly encoding: "GSM-7" | "UCS-2";
            /** @description How many SMS the message takes at most, with a company name of 60 characters */
            readonly segments: number;
            /**
             * Format: date-time
             * @description When it was created
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description When its text was last saved
             */
            readonly updatedAt: string;
        };
        /** @description The text of a template. */
        readonly TemplateRequest: {
            /**
             * @description The text, at most 1000 characters. It must contain `{{code}}`, and may contain `{{company}}`, which is empty if a request names no company, and `{{minutes}}`. Links must lead to domains that an operator has declared for the account
             * @example {{code}} is your {{company}} code. It is valid for {{minutes}} minutes.
             */
            readonly text: string;
        };
        /** @description What a text would look like as a message. */
        readonly TemplatePreview: {
            /** @description The text with its placeholders */
            readonly text: string;
            /** @description The message with an example of a code and a company */
            readonly example: string;
            /**
             * @description The encoding as SMS: `UCS-2` if a character is not in GSM-7. A company name can change it
             * @example GSM-7
             * @enum {string}
             */
            readonly encoding: "GSM-7" | "UCS-2";
            /** @description How many SMS the message takes at most, with a company name of 60 characters */
            readonly segments: number;
        };
        /** @description An account, as operators see it. */
        readonly Account: {
            /** @description The ID of the account */
            readonly accountId: string;
            /**
             * Format: date-time
             * @description When the account was created
             */
            readonly createdAt: string;
        };
        /** @description Links that the messages of an account may contain. */
        readonly Sender: {
            /** @description The ID of the account */
            readonly accountId: string;
            /** @description Company names that look like links */
            readonly companyNames: readonly string[];
            /** @description Domains to which its messages may link */
            readonly domains: readonly string[];
        };
        /** @description What the messages of an account may contain. */
        readonly SenderRequest: {
            /**
             * @description Company names that look like links, spelled exactly as in requests
             * @default []
             * @example [
             *       "Booking.com"
             *     ]
             */
            readonly companyNames: readonly string[];
            /**
             * @description Domains that company names and message templates may contain, including subdomains and paths
             * @default []
             * @example [
             *       "kopi.example"
             *     ]
             */
            readonly domains: readonly string[];
        };
        /** @description The workflow of an account. */
        readonly Workflow: {
            /** @description The ID of the account */
            readonly accountId: string;
            /** @description The steps as they were saved; empty if the channels of `OTP_CHANNELS` are tried */
            readonly workflow: readonly {
                /**
                 * @description The channel of this step
                 * @example whatsapp
                 */
                readonly channel: string;
                /** @description Seconds until the next step; null for `DELIVERY_WAIT_SECONDS` */
                readonly waitSeconds: number | null;
                /**
                 * @description What must be reported in time; null for `DELIVERY_UNTIL`
                 * @enum {string|null}
                 */
                readonly until: "accepted" | "delivered" | "read" | null;
            }[];
        };
        /** @description The workflow of an account. */
        readonly WorkflowRequest: {
            /**
             * @description The channels to try, in this order, with the same code. The next step starts at once if a channel refuses the message, and after `waitSeconds` if `until` is not reported
             * @example [
             *       {
             *         "channel": "whatsapp",
             *         "waitSeconds": 30,
             *         "until": "delivered"
             *       }
             *     ]
             */
            readonly workflow: readonly {
                /**
                 * @description The channel of this step
                 * @example whatsapp
                 */
                readonly channel: string;
                /** @description How long to wait for `until` before the next step starts; `DELIVERY_WAIT_SECONDS` by default */
                readonly waitSeconds?: number;
                /**
                 * @description What must be reported in time; `DELIVERY_UNTIL` by default. If the channel does not report delivery, the step is complete when it accepts the message
                 * @enum {string}
                 */
                readonly until?: "accepted" | "delivered" | "read";
            }[];
        };
        /** @description An API key that was just created, with its secret. */
        readonly MadeKey: {
            /**
             * @description The ID of the API key
             * @example Yx3-0vJ8s_2kQm7d
             */
            readonly keyId: string;
            /** @description A name to recognise it by */
            readonly name: string;
            /**
             * @description The beginning of the secret, to recognise it by
             * @example wv_live_h4Kx
             */
            readonly prefix: string;
            /**
             * @description `live`: reaches every number except test numbers. `test`: only test numbers
             * @enum {string}
             */
            readonly mode: "live" | "test";
            /**
             * @description Whether it can be used
             * @enum {string}
             */
            readonly state: "active" | "expired" | "revoked";
            /** @description What it may do; `*` is everything in the account */
            readonly scopes: readonly ("otp:send" | "otp:verify" | "sessions:manage" | "messages:send" | "messages:read" | "analytics:read" | "keys:manage" | "webhooks:manage" | "metrics:read" | "*")[];
            /** @description Sessions that it may use; null for any */
            readonly sessions: readonly string[] | null;
            /** @description Purposes that it may use; null for any */
            readonly purposes: readonly string[] | null;
            /** @description Regions (ISO 3166) that it may send to; null for any */
            readonly regions: readonly string[] | null;
            /** @description Networks from which it may be used; null for any */
            readonly networks: readonly string[] | null;
            /** @description Sends per hour; null if it has no budget of its own */
            readonly sendsPerHour: number | null;
            /**
             * @description Who created it: `bootstrap` (the `API_KEY` of the installation), `key:…` or `user:…`
             * @example user:12
             */
            readonly createdBy: string;
            /**
             * Format: date-time
             * @description When it expires; null for never
             */
            readonly expiresAt: string | null;
            /** @description Whether its requests may include `clientIp` */
            readonly clientIp: boolean;
            /**
             * Format: date-time
             * @description When it was last used, to within a few seconds; null for never
             */
            readonly lastUsedAt: string | null;
            /**
             * Format: date-time
             * @description When it was revoked
             */
            readonly revokedAt: string | null;
            /** @description The ID of the API key that replaced it */
            readonly rotatedTo: string | null;
            /**
             * Format: date-time
             * @description When it was created
             */
            readonly createdAt: string;
            /**
             * @description The API key itself. It is shown here and never again
             * @example wv_live_h4Kx•••••••••••••••••••••••••••••••••••••••
             */
            readonly secret: string;
        };
        /** @description An API key to create. */
        readonly CreateKeyRequest: {
            /**
             * @description A name to recognise it by
             * @example shop backend
             */
            readonly name: string;
            /**
             * @description `live`: reaches every number except test numbers. `test`: only test numbers
             * @default live
             * @enum {string}
             */
            readonly mode: "live" | "test";
            /**
             * @description What it may do. `*`, which stands alone, is everything in the account
             * @example [
             *       "otp:send",
             *       "otp:verify"
             *     ]
             */
            readonly scopes: readonly ("otp:send" | "otp:verify" | "sessions:manage" | "messages:send" | "messages:read" | "analytics:read" | "keys:manage" | "webhooks:manage" | "metrics:read" | "*")[];
            /** @description Sessions that it may use; any, if left out */
            readonly sessions?: readonly string[];
            /** @description Purposes that it may use; any, if left out */
            readonly purposes?: readonly string[];
            /** @description Regions (ISO 3166) that it may send to; any, if left out */
            readonly regions?: readonly string[];
            /** @description Networks (`192.0.2.0/24`, `2001:db8::/48`) or IPv4 addresses from which it may be used; any, if left out. IPv6 prefixes have at most 64 bits, because IPv6 clients are identified by their /64 */
            readonly networks?: readonly string[];
            /**
             * @description Sends per hour, if fewer than `LIMIT_SENDS_PER_KEY_HOUR`. Keys that it creates, and the key that replaces it, share this budget
             * @example 200
             */
            readonly sendsPerHour?: number;
            /**
             * Format: date-time
             * @description When it expires; never, if left out
             * @example 2027-01-31T12:00:00Z
             */
            readonly expiresAt?: string;
            /**
             * @description Whether its requests may include `clientIp`. Use `false` for a key in a place where end users could forge their address
             * @default true
             */
            readonly clientIp: boolean;
        };
        /** @description An API key. */
        readonly Key: {
            /**
             * @description The ID of the API key
             * @example Yx3-0vJ8s_2kQm7d
             */
            readonly keyId: string;
            /** @description A name to recognise it by */
            readonly name: string;
            /**
             * @description The beginning of the secret, to recognise it by
             * @example wv_live_h4Kx
             */
            readonly prefix: string;
            /**
             * @description `live`: reaches every number except test numbers. `test`: only test numbers
             * @enum {string}
             */
            readonly mode: "live" | "test";
            /**
             * @description Whether it can be used
             * @enum {string}
             */
            readonly state: "active" | "expired" | "revoked";
            /** @description What it may do; `*` is everything in the account */
            readonly scopes: readonly ("otp:send" | "otp:verify" | "sessions:manage" | "messages:send" | "messages:read" | "analytics:read" | "keys:manage" | "webhooks:manage" | "metrics:read" | "*")[];
            /** @description Sessions that it may use; null for any */
            readonly sessions: readonly string[] | null;
            /** @description Purposes that it may use; null for any */
            readonly purposes: readonly string[] | null;
            /** @description Regions (ISO 3166) that it may send to; null for any */
            readonly regions: readonly string[] | null;
            /** @description Networks from which it may be used; null for any */
            readonly networks: readonly string[] | null;
            /** @description Sends per hour; null if it has no budget of its own */
            readonly sendsPerHour: number | null;
            /**
             * @description Who created it: `bootstrap` (the `API_KEY` of the installation), `key:…` or `user:…`
             * @example user:12
             */
            readonly createdBy: string;
            /**
             * Format: date-time
             * @description When it expires; null for never
             */
            readonly expiresAt: string | null;
            /** @description Whether its requests may include `clientIp` */
            readonly clientIp: boolean;
            /**
             * Format: date-time
             * @description When it was last used, to within a few seconds; null for never
             */
            readonly lastUsedAt: string | null;
            /**
             * Format: date-time
             * @description When it was revoked
             */
            readonly revokedAt: string | null;
            /** @description The ID of the API key that replaced it */
            readonly rotatedTo: string | null;
            /**
             * Format: date-time
             * @description When it was created
             */
            readonly createdAt: string;
        };
        /** @description How to rotate an API key. */
        readonly RotateKeyRequest: {
            /**
             * @description For how many seconds the old key stays valid
             * @default 86400
             */
            readonly overlapSeconds: number;
        };
        /** @description A session, and its webhook if it has one. */
        readonly CreatedSession: {
            /**
             * @description The name of a WhatsApp session
             * @example default
             */
            readonly id: string;
            /** @description Where the events of this session are posted to */
            readonly webhookUrl?: string | null;
            /** @description The types of events that it gets */
            readonly webhookEvents?: readonly string[] | null;
            /** @description The secret that signs its events, if the secret is new. It is shown only once */
            readonly webhookSecret?: string | null;
        };
        /** @description A session to create. */
        readonly CreateSessionRequest: {
            /**
             * @description The name of the session; a random one, if left out
             * @example default
             */
            readonly sessionId?: string;
            /**
             * @description What the session stores of its conversations: `none` (the default); `headers`, who wrote when and what kind of message; or `content`, also what it says, encrypted. A lower value erases what is above it
             * @enum {string}
             */
            readonly store?: "none" | "headers" | "content";
            /**
             * @description What the session is for: `passcodes` (the default), `conversations`, which sends no codes, or `both`. With `both`, codes go first, but wait while a message to a large group is being encrypted
             * @enum {string}
             */
            readonly use?: "passcodes" | "conversations" | "both";
            /**
             * @description The kinds of chats of which nothing is decrypted, reported or stored; all of them by default
             * @example [
             *       "groups",
             *       "status",
             *       "newsletters"
             *     ]
             */
            readonly ignore?: readonly ("groups" | "status" | "newsletters")[];
            /**
             * @description Your own data about the session: at most 20 pairs of a name (40 characters) and a text (500). Replaces all pairs
             * @example {
             *       "workflow": "welcome",
             *       "branch": "Jakarta"
             *     }
             */
            readonly metadata?: {
                readonly [key: string]: string;
            };
            /** @description Answers people who write to the session, each at most once in 24 hours; `null` (the default) for no answer */
            readonly autoReply?: {
                /**
                 * @description What to answer. Without it, the built-in text, which only suits `passcodes`
                 * @example Your order is on its way.
                 */
                readonly text?: string | null;
            } | null;
            /**
             * @description Where the events of this session are posted to; `null` removes the webhook
             * @example https://shop.example/webhooks/whatsapp
             */
            readonly webhookUrl?: string | null;
            /** @description The secret that the receiver already has: base64 of 24 to 64 bytes, with or without `whsec_`. By default, a new one, which is only in this response */
            readonly webhookSecret?: string;
            /**
             * @description The types of events that it gets: `*` for all of this session, a group such as `session.*`, or a type. All, if left out
             * @example [
             *       "session.*",
             *       "delivery.failed"
             *     ]
             */
            readonly webhookEvents?: readonly string[];
        };
        /** @description A session, its settings and its webhook. */
        readonly ChangedSession: {
            /**
             * @description The name of a WhatsApp session
             * @example default
             */
            readonly id: string;
            /**
             * @description What the session stores of its conversations
             * @enum {string}
             */
            readonly store: "none" | "headers" | "content";
            /**
             * @description What the session is for
             * @enum {string}
             */
            readonly use: "passcodes" | "conversations" | "both";
            /** @description The kinds of chats that it ignores */
            readonly ignore: readonly ("groups" | "status" | "newsletters")[];
            /** @description The answer that people get who write to the session; null for none */
            readonly autoReply: {
                /** @description The text of the answer; null for the built-in one */
                readonly text: string | null;
            } | null;
            /** @description Your own data about the session */
            readonly metadata: {
                readonly [key: string]: string;
            };
            /** @description Where the events of this session are posted to */
            readonly webhookUrl: string | null;
            /** @description The types of events that it gets */
            readonly webhookEvents: readonly string[] | null;
            /** @description The secret that signs its events, if the secret is new. It is shown only once */
            readonly webhookSecret: string | null;
        };
        /** @description What to change of a session. */
        readonly UpdateSessionRequest: {
            /**
             * @description What the session stores of its conversations: `none` (the default); `headers`, who wrote when and what kind of message; or `content`, also what it says, encrypted. A lower value erases what is above it
             * @enum {string}
             */
            readonly store?: "none" | "headers" | "content";
            /**
             * @description What the session is for: `passcodes` (the default), `conversations`, which sends no codes, or `both`. With `both`, codes go first, but wait while a message to a large group is being encrypted
             * @enum {string}
             */
            readonly use?: "passcodes" | "conversations" | "both";
            /**
             * @description The kinds of chats of which nothing is decrypted, reported or stored; all of them by default
             * @example [
             *       "groups",
             *       "status",
             *       "newsletters"
             *     ]
             */
            readonly ignore?: readonly ("groups" | "status" | "newsletters")[];
            /**
             * @description Your own data about the session: at most 20 pairs of a name (40 characters) and a text (500). Replaces all pairs
             * @example {
             *       "workflow": "welcome",
             *       "branch": "Jakarta"
             *     }
             */
            readonly metadata?: {
                readonly [key: string]: string;
            };
            /** @description Answers people who write to the session, each at most once in 24 hours; `null` (the default) for no answer */
            readonly autoReply?: {
                /**
                 * @description What to answer. Without it, the built-in text, which only suits `passcodes`
                 * @example Your order is on its way.
                 */
                readonly text?: string | null;
            } | null;
            /**
             * @description Where the events of this session are posted to; `null` removes the webhook
             * @example https://shop.example/webhooks/whatsapp
             */
            readonly webhookUrl?: string | null;
            /** @description The secret that the receiver already has: base64 of 24 to 64 bytes, with or without `whsec_`. By default, a new one, which is only in this response */
            readonly webhookSecret?: string;
            /**
             * @description The types of events that it gets: `*` for all of this session, a group such as `session.*`, or a type. All, if left out
             * @example [
             *       "session.*",
             *       "delivery.failed"
             *     ]
             */
            readonly webhookEvents?: readonly string[];
        };
        /** @description A WhatsApp session. */
        readonly Session: {
            /**
             * @description The name of the session; for users with the role `ADMIN` its ID, `account~name`
             * @example default
             */
            readonly sessionId: string;
            /** @description The account of the session; only for users with the role `ADMIN` */
            readonly accountId?: string;
            /**
             * @description A short form of `state`, with four values
             * @enum {string}
             */
            readonly status: "active" | "inactive" | "error" | "connecting";
            /**
             * @description From `unlinked` through `qr` or `code`, `linking` and `connecting` to `open`; `backoff` before the next attempt. A `stopped` session waits for a restart. In `replaced`, `logged_out`, `banned`, `outdated` and `failed`, someone has to act
             * @enum {string}
             */
            readonly state: "unlinked" | "qr" | "code" | "linking" | "connecting" | "open" | "backoff" | "stopped" | "replaced" | "logged_out" | "banned" | "outdated" | "failed";
            /**
             * @description Why the session is in this state
             * @enum {string|null}
             */
            readonly reason: "linking" | "qr_expired" | "code_expired" | "restart" | "stop_requested" | "stopped" | "logged_out" | "lease_lost" | "not_kept" | "restart_required" | "connection_closed" | "connection_lost" | "connection_failed" | "no_answer" | "unreachable" | "service_unavailable" | "bad_session" | "unexpected_status" | "database_unavailable" | "device_unlinked" | "replaced_by_other_client" | "restored_from_backup" | "banned_temporarily" | "banned" | "client_outdated" | "linked_devices_not_allowed" | "credentials_unreadable" | "unknown" | null;
            /**
             * @description Details of the reason, as the network or the system reported them, for people
             * @example web.whatsapp.com: HTTP status 503
             */
            readonly errorMessage: string | null;
            /** @description Consecutive failed attempts to connect */
            readonly attempt: number;
            /**
             * Format: date-time
             * @description When the next attempt to connect is made
             */
            readonly nextTryAt: string | null;
            /** @description Whether messages can be sent from it now */
            readonly isConnected: boolean;
            /**
             * @description The linked number, in E.164
             * @example +6281234567890
             */
            readonly phoneNumber: string | null;
            /** @description The display name of the WhatsApp account. Untrusted: its owner chose it */
            readonly name: string | null;
            /** @description WhatsApp’s own ID of the account: its hidden ID, or that of its number */
            readonly userId: string | null;
            /** @description The linked device; null before it has connected */
            readonly deviceInfo: {
                /** @description What kind of phone it is linked to, such as `android`, `iphone` or `smba` */
                readonly platform: string | null;
                /** @description The version of WhatsApp Web that the session reports */
                readonly version: string;
            } | null;
            /**
             * Format: date-time
             * @description When it last connected
             */
            readonly connectedAt: string | null;
            /**
             * Format: date-time
             * @description When it last disconnected
             */
            readonly disconnectedAt: string | null;
            /**
             * Format: date-time
             * @description When it was created
             */
            readonly createdAt: string;
            /**
             * @description What the session stores of its conversations
             * @enum {string}
             */
            readonly store: "none" | "headers" | "content";
            /**
             * @description What the session is for
             * @enum {string}
             */
            readonly use: "passcodes" | "conversations" | "both";
            /** @description The kinds of chats that it ignores */
            readonly ignore: readonly ("groups" | "status" | "newsletters")[];
            /** @description The answer that people get who write to the session; null for none */
            readonly autoReply: {
                /** @description The text of the answer; null for the built-in one */
                readonly text: string | null;
            } | null;
            /** @description Your own data about the session */
            readonly metadata: {
                readonly [key: string]: string;
            };
            /** @description Whether the node that answers hosts the session */
            readonly keptHere: boolean;
            /**
             * Format: date-time
             * @description Until this time, the session only sends to known contacts
             */
            readonly contactsBlockedUntil: string | null;
            /**
             * @description Why new contacts are blocked
             * @enum {string|null}
             */
            readonly contactsBlockedBy: "time_locked" | "contact_refused" | "unknown" | null;
            /** @description The send queue of the session */
            readonly queue: {
                /** @description Messages that are waiting to be sent */
                readonly waiting: number;
                /** @description How many seconds the oldest message has waited */
                readonly oldestSeconds: number;
            };
        };
        /** @description The status of a session. */
        readonly SessionStanding: {
            /**
             * @description The name of the session; for users with the role `ADMIN` its ID, `account~name`
             * @example default
             */
            readonly sessionId: string;
            /** @description The account of the session; only for users with the role `ADMIN` */
            readonly accountId?: string;
            /**
             * @description A short form of `state`, with four values
             * @enum {string}
             */
            readonly status: "active" | "inactive" | "error" | "connecting";
            /**
             * @description From `unlinked` through `qr` or `code`, `linking` and `connecting` to `open`; `backoff` before the next attempt. A `stopped` session waits for a restart. In `replaced`, `logged_out`, `banned`, `outdated` and `failed`, someone has to act
             * @enum {string}
             */
            readonly state: "unlinked" | "qr" | "code" | "linking" | "connecting" | "open" | "backoff" | "stopped" | "replaced" | "logged_out" | "banned" | "outdated" | "failed";
            /**
             * @description Why the session is in this state
             * @enum {string|null}
             */
            readonly reason: "linking" | "qr_expired" | "code_expired" | "restart" | "stop_requested" | "stopped" | "logged_out" | "lease_lost" | "not_kept" | "restart_required" | "connection_closed" | "connection_lost" | "connection_failed" | "no_answer" | "unreachable" | "service_unavailable" | "bad_session" | "unexpected_status" | "database_unavailable" | "device_unlinked" | "replaced_by_other_client" | "restored_from_backup" | "banned_temporarily" | "banned" | "client_outdated" | "linked_devices_not_allowed" | "credentials_unreadable" | "unknown" | null;
            /**
             * @description Details of the reason, as the network or the system reported them, for people
             * @example web.whatsapp.com: HTTP status 503
             */
            readonly errorMessage: string | null;
            /** @description Consecutive failed attempts to connect */
            readonly attempt: number;
            /**
             * Format: date-time
             * @description When the next attempt to connect is made
             */
            readonly nextTryAt: string | null;
            /** @description Whether messages can be sent from it now */
            readonly isConnected: boolean;
        };
        /** @description An empty object. */
        readonly EmptyRequest: Record<string, never>;
        /** @description The name of a session. */
        readonly SessionName: {
            /**
             * @description The name of a WhatsApp session
             * @example default
             */
            readonly id: string;
        };
        /** @description A QR code that links a session. */
        readonly SessionQr: {
            /** @description The text of the QR code */
            readonly qr: string;
            /** @description The QR code as a PNG in a `data:` URL, for an `img` element */
            readonly dataUrl: string;
            /**
             * Format: date-time
             * @description When WhatsApp stops accepting it
             */
            readonly expiresAt: string;
            /** @description Seconds until WhatsApp stops accepting it */
            readonly expiresIn: number;
        };
        /** @description A code that links a session. */
        readonly PairingCode: {
            /**
             * @description The code to enter in WhatsApp on the phone
             * @example ABCD1234
             */
            readonly pairingCode: string;
            /**
             * Format: date-time
             * @description When WhatsApp stops accepting it
             */
            readonly expiresAt: string;
            /** @description Seconds until WhatsApp stops accepting it */
            readonly expiresIn: number;
        };
        /** @description The number to link. */
        readonly PairRequest: {
            /**
             * @description The number of the WhatsApp account to link
             * @example 081234567890
             */
            readonly number: string;
        };
        /** @description A message that was sent. */
        readonly SentMessage: {
            /** @description The WhatsApp ID of the message */
            readonly messageId: string;
            /**
             * Format: date-time
             * @description When it was sent
             */
            readonly timestamp: string;
        };
        /** @description A text message to send. */
        readonly SendMessageRequest: {
            /**
             * @description A mobile number as people write it. Start it with `+` or `00` and the country code; otherwise it is read as a number of `DEFAULT_REGION`
             * @example 081234567890
             */
            readonly to: string;
            /**
             * @description Plain text. Control characters other than line breaks are refused
             * @example Your order is on its way.
             */
            readonly message: string;
        };
        /** @description A message that was sent. */
        readonly SentToChat: {
            /**
             * @description The WhatsApp ID of the message
             * @example 3EB0C767D26A1B2C3D4E5F
             */
            readonly messageId: string;
            /**
             * @description The name of a chat: the number of a person in E.164, `lid:` and a hidden ID while the number is not known, or the ID of a group
             * @example +6281234567890
             */
            readonly chat: string;
            /**
             * @description WhatsApp has accepted it
             * @enum {string}
             */
            readonly status: "accepted";
            /**
             * Format: date-time
             * @description When it was sent
             */
            readonly timestamp: string;
        };
        /** @description A message to send, with the field of its type: `text`, `location`, `contacts` or `poll`; or a file, with `mediaId` or `url`. */
        readonly SendToChatRequest: {
            /**
             * @description The number of the recipient
             * @example 081234567890
             */
            readonly to?: string;
            /**
             * @description The chat with the recipient, instead of `to`
             * @example +6281234567890
             */
            readonly chat?: string;
            /**
             * @description Which of the following fields it has
             * @default text
             * @enum {string}
             */
            readonly type: "text" | "location" | "contact" | "poll" | "image" | "video" | "audio" | "document" | "sticker";
            /**
             * @description Plain text. Control characters other than line breaks are refused
             * @example Your order is on its way.
             */
            readonly text?: string;
            readonly location?: components["schemas"]["MessageLocation"];
            /** @description Of the type `contact` */
            readonly contacts?: readonly components["schemas"]["MessageContact"][];
            readonly poll?: components["schemas"]["MessagePoll"];
            /**
             * @description The ID of a file that was uploaded to the session
             * @example q3Zk8mW1r5T7yB9dF2hJ4lN6pS0uV8xA
             */
            readonly mediaId?: string;
            /**
             * @description Where to fetch the file instead of `mediaId`: an https URL of a public address. Up to three redirects are followed
             * @example https://example.com/menu.pdf
             */
            readonly url?: string;
            /**
             * @description The text below an `image`, `video` or `document`
             * @example Your order is on its way.
             */
            readonly caption?: string;
            /** @description The name of a `document` */
            readonly fileName?: string;
            /**
             * @description The type of a `document`, instead of what its bytes look like
             * @example text/csv
             */
            readonly mimeType?: string;
            /** @description Whether `audio` is shown as a voice message: only of the type audio/ogg */
            readonly voice?: boolean;
            /** @description The duration of `video` or `audio`, as it is shown before it is played */
            readonly seconds?: number;
            /**
             * @description The ID of a stored message of the chat, to which this one replies
             * @example 3EB0C767D26A1B2C3D4E5F
             */
            readonly replyTo?: string;
        };
        /** @description Of the type `location` */
        readonly MessageLocation: {
            /** @description In degrees, north of the equator */
            readonly latitude: number;
            /** @description In degrees, east of Greenwich */
            readonly longitude: number;
            /** @description The name of the place */
            readonly name?: string;
            /** @description The address of the place */
            readonly address?: string;
        };
        /** @description A person and their number. */
        readonly MessageContact: {
            /** @description The name of the person */
            readonly name: string;
            /**
             * @description A mobile number as people write it. Start it with `+` or `00` and the country code; otherwise it is read as a number of `DEFAULT_REGION`
             * @example 081234567890
             */
            readonly phoneNumber: string;
        };
        /** @description Of the type `poll` */
        readonly MessagePoll: {
            /** @description The question */
            readonly question: string;
            /** @description The options */
            readonly options: readonly string[];
            /**
             * @description How many options one person may choose; 0 for any number
             * @default 1
             */
            readonly mostChoices: number;
        };
        /** @description To whom a message is forwarded. */
        readonly ForwardRequest: {
            /**
             * @description The number of the recipient
             * @example 081234567890
             */
            readonly to?: string;
            /**
             * @description The chat with the recipient, instead of `to`
             * @example +6281234567890
             */
            readonly chat?: string;
        };
        /** @description The message that was changed. */
        readonly MessageRef: {
            /**
             * @description The WhatsApp ID of the message
             * @example 3EB0C767D26A1B2C3D4E5F
             */
            readonly messageId: string;
        };
        /** @description A reaction to a message. */
        readonly ReactionRequest: {
            /**
             * @description The emoji; empty to remove the reaction
             * @example 👍
             */
            readonly emoji: string;
        };
        /** @description The new text of a message. */
        readonly EditRequest: {
            /**
             * @description Plain text. Control characters other than line breaks are refused
             * @example Your order is on its way.
             */
            readonly text: string;
        };
        /** @description A file that can be sent. */
        readonly UploadedFile: {
            /**
             * @description The ID of a file that was uploaded to the session
             * @example q3Zk8mW1r5T7yB9dF2hJ4lN6pS0uV8xA
             */
            readonly mediaId: string;
            /**
             * @description What the bytes look like, or else what the request states
             * @example image/jpeg
             */
            readonly mimeType: string;
            /** @description In bytes */
            readonly size: number;
            /** @description SHA-256 of the file, in hexadecimal digits */
            readonly sha256: string;
            /**
             * Format: date-time
             * @description Until when it can be sent
             */
            readonly expiresAt: string;
        };
        /** @description A status post that was sent. */
        readonly PostedStatus: {
            /**
             * @description The WhatsApp ID of the post
             * @example 3EB0C767D26A1B2C3D4E5F
             */
            readonly statusId: string;
            /**
             * @description WhatsApp has accepted it
             * @enum {string}
             */
            readonly state: "posted";
        };
        /** @description A status post, and who can see it. */
        readonly StatusPostRequest: {
            /**
             * @description Which of the following fields it has
             * @default text
             * @enum {string}
             */
            readonly type: "text" | "image" | "video";
            /**
             * @description Of the type `text`
             * @example Your order is on its way.
             */
            readonly text?: string;
            /**
             * @description The background colour of a text
             * @example #075E54
             */
            readonly backgroundColor?: string;
            /** @description The font of a text: one of 0, 1, 2, 6, 7, 8, 9, 10 */
            readonly font?: number;
            /**
             * @description The ID of a file that was uploaded to the session
             * @example q3Zk8mW1r5T7yB9dF2hJ4lN6pS0uV8xA
             */
            readonly mediaId?: string;
            /**
             * @description Where to fetch the file instead of `mediaId`: an https URL of a public address. Up to three redirects are followed
             * @example https://example.com/menu.pdf
             */
            readonly url?: string;
            /**
             * @description The text below an `image`, `video` or `document`
             * @example Your order is on its way.
             */
            readonly caption?: string;
            /** @description The numbers that can see the post. The session must know them */
            readonly to?: readonly string[];
            /**
             * @description Instead of `to`: the people whom the session knows, the latest 256
             * @enum {string}
             */
            readonly audience?: "known_contacts";
        };
        /** @description A status post of a session. */
        readonly StatusPost: {
            /**
             * @description The WhatsApp ID of the post
             * @example 3EB0C767D26A1B2C3D4E5F
             */
            readonly statusId: string;
            /**
             * @description What it shows
             * @enum {string}
             */
            readonly type: "text" | "image" | "video";
            /**
             * @description `pending`: WhatsApp did not answer in time
             * @enum {string}
             */
            readonly state: "pending" | "posted" | "failed" | "revoked";
            /** @description Why it failed */
            readonly errorCode: string | null;
            readonly content: components["schemas"]["StatusPostContent"];
            /**
             * @description The file that it shows
             * @example q3Zk8mW1r5T7yB9dF2hJ4lN6pS0uV8xA
             */
            readonly mediaId: string | null;
            /** @description How many people can see it */
            readonly audienceCount: number;
            /** @description How many people have viewed it, as far as their phones report it; 0 with `store: none` */
            readonly viewCount: number;
            /**
             * Format: date-time
             * @description When it was posted
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description Until when it is shown
             */
            readonly expiresAt: string;
            /**
             * Format: date-time
             * @description When it was deleted for everyone
             */
            readonly revokedAt: string | null;
        };
        /** @description Null if none is stored, and after it was deleted */
        readonly StatusPostContent: {
            /** @description Of a text */
            readonly text?: string;
            /** @description Of a text */
            readonly backgroundColor?: string;
            /** @description Of a text */
            readonly font?: number;
            /** @description The text below a file */
            readonly caption?: string;
            /** @description The type of a file */
            readonly mimeType?: string;
            /** @description The size of a file */
            readonly sizeBytes?: number;
        } | null;
        /** @description A status post. */
        readonly StatusRef: {
            /**
             * @description The WhatsApp ID of the post
             * @example 3EB0C767D26A1B2C3D4E5F
             */
            readonly statusId: string;
        };
        /** @description A message of a conversation. */
        readonly Message: {
            /**
             * @description The WhatsApp ID of the message
             * @example 3EB0C767D26A1B2C3D4E5F
             */
            readonly messageId: string;
            /**
             * @description The name of a chat: the number of a person in E.164, `lid:` and a hidden ID while the number is not known, or the ID of a group
             * @example +6281234567890
             */
            readonly chat: string;
            /**
             * @description What kind of chat it is
             * @enum {string}
             */
            readonly chatType: "person" | "group" | "newsletter" | "status";
            /**
             * @description Who wrote it: a person, or the session
             * @enum {string}
             */
            readonly direction: "incoming" | "outgoing";
            /**
             * @description The number in E.164; null while it is not known
             * @example +6281234567890
             */
            readonly phoneNumber: string | null;
            /** @description The hidden ID of the person, if it is known */
            readonly lid: string | null;
            /** @description Who wrote it; null for a message of the session itself */
            readonly author: {
                /**
                 * @description The number in E.164; null while it is not known
                 * @example +6281234567890
                 */
                readonly phoneNumber: string | null;
                /** @description The hidden ID of the person, if it is known */
                readonly lid: string | null;
            } | null;
            /**
             * @description What kind of message it is
             * @enum {string}
             */
            readonly type: "text" | "image" | "video" | "audio" | "document" | "sticker" | "location" | "contact" | "poll" | "button_reply" | "list_reply" | "unsupported" | "undecrypted";
            readonly content: components["schemas"]["MessageContent"];
            /**
             * @description Of what people write: `received`
             * @enum {string}
             */
            readonly status: "received" | "pending" | "accepted" | "delivered" | "read" | "failed";
            /** @description Why it failed */
            readonly errorCode: string | null;
            /** @description The ID of the message to which it replies */
            readonly replyTo: string | null;
            /** @description Whether it was forwarded */
            readonly isForwarded: boolean;
            /** @description Whether the session has read it */
            readonly isRead: boolean;
            /**
             * Format: date-time
             * @description By the clock of its sender, which may be wrong
             */
            readonly sentAt: string;
            /**
             * Format: date-time
             * @description When it was stored
             */
            readonly receivedAt: string;
            /**
             * Format: date-time
             * @description When WhatsApp accepted it
             */
            readonly acceptedAt: string | null;
            /**
             * Format: date-time
             * @description When it reached a device of the recipient
             */
            readonly deliveredAt: string | null;
            /**
             * Format: date-time
             * @description When the recipient opened it
             */
            readonly readAt: string | null;
            /**
             * Format: date-time
             * @description When it failed
             */
            readonly failedAt: string | null;
            /**
             * Format: date-time
             * @description When it was edited last
             */
            readonly editedAt: string | null;
            /**
             * Format: date-time
             * @description When its author deleted it for everyone
             */
            readonly revokedAt: string | null;
            /** @description The latest reaction of each person */
            readonly reactions: readonly {
                /**
                 * @description The number in E.164; null while it is not known
                 * @example +6281234567890
                 */
                readonly phoneNumber: string | null;
                /** @description The hidden ID of the person, if it is known */
                readonly lid: string | null;
                /** @description Whether it is of the session itself */
                readonly isFromMe: boolean;
                /** @description The emoji */
                readonly emoji: string;
                /**
                 * Format: date-time
                 * @description By the clock of its sender
                 */
                readonly reactedAt: string;
            }[];
        };
        /** @description Null if none is stored, and after it was revoked */
        readonly MessageContent: {
            /**
             * @description The kind of content, which decides which other fields there are
             * @enum {string}
             */
            readonly type: "text" | "image" | "video" | "audio" | "document" | "sticker" | "location" | "contact" | "poll" | "button_reply" | "list_reply" | "unsupported" | "undecrypted";
            /** @description Of a text, a button or a row */
            readonly text?: string;
            /** @description The text below a file */
            readonly caption?: string;
            /** @description The name of a file */
            readonly fileName?: string;
            /** @description The type of a file, as its sender states it */
            readonly mimeType?: string;
            /** @description The size of a file, as its sender states it */
            readonly sizeBytes?: number;
            /** @description The duration of audio or video */
            readonly seconds?: number;
            /** @description Whether audio was recorded in the chat */
            readonly isVoice?: boolean;
            /** @description Of a place, in degrees */
            readonly latitude?: number;
            /** @description Of a place, in degrees */
            readonly longitude?: number;
            /** @description The name of a place */
            readonly name?: string;
            /** @description The address of a place */
            readonly address?: string;
            /** @description The contacts of a message */
            readonly contacts?: readonly {
                /** @description The name of the contact */
                readonly name: string;
                /** @description The contact as a vCard */
                readonly vcard: string;
            }[];
            /** @description Of a poll */
            readonly question?: string;
            /** @description Of a poll */
            readonly options?: readonly string[];
            /** @description How many options one person may choose; 0 for any number */
            readonly mostChoices?: number;
            /** @description The button or row that was chosen */
            readonly replyId?: string;
        } | null;
        /** @description What the members of a group did with a message. */
        readonly MessageReceipts: {
            /**
             * @description The WhatsApp ID of the message
             * @example 3EB0C767D26A1B2C3D4E5F
             */
            readonly messageId: string;
            /** @description The members who have received it */
            readonly receipts: readonly {
                /**
                 * @description The number in E.164; null while it is not known
                 * @example +6281234567890
                 */
                readonly phoneNumber: string | null;
                /** @description The hidden ID of the person, if it is known */
                readonly lid: string | null;
                /**
                 * Format: date-time
                 * @description When it reached a device of the member
                 */
                readonly deliveredAt: string | null;
                /**
                 * Format: date-time
                 * @description When the member opened it
                 */
                readonly readAt: string | null;
                /**
                 * Format: date-time
                 * @description When the member played it
                 */
                readonly playedAt: string | null;
            }[];
        };
        /** @description A chat of a session. */
        readonly Chat: {
            /**
             * @description The name of a chat: the number of a person in E.164, `lid:` and a hidden ID while the number is not known, or the ID of a group
             * @example +6281234567890
             */
            readonly chat: string;
            /**
             * @description What kind of chat it is
             * @enum {string}
             */
            readonly chatType: "person" | "group" | "newsletter" | "status";
            /** @description The subject of a group, or the name of a person in the address book of the phone */
            readonly name: string | null;
            /**
             * @description The number of the person; null while it is not known
             * @example +6281234567890
             */
            readonly phoneNumber: string | null;
            /** @description The hidden ID of the person, if it is known */
            readonly lid: string | null;
            /** @description Whether it is a group */
            readonly isGroup: boolean;
            /** @description Whether it is archived */
            readonly isArchived: boolean;
            /** @description Whether it stays on top */
            readonly isPinned: boolean;
            /**
             * Format: date-time
             * @description When the muting ends
             */
            readonly mutedUntil: string | null;
            /** @description How many incoming messages are unread */
            readonly unreadCount: number;
            /**
             * Format: date-time
             * @description When the last message was sent
             */
            readonly lastMessageAt: string;
            /** @description The ID of the last message */
            readonly lastMessageId: string | null;
        };
        /** @description What to change of a chat. */
        readonly ChangeChatRequest: {
            /** @description Whether the chat is archived */
            readonly isArchived?: boolean;
            /** @description Whether the chat stays on top */
            readonly isPinned?: boolean;
            /**
             * Format: date-time
             * @description When the muting ends; `null` ends it now
             */
            readonly mutedUntil?: string | null;
            /**
             * @description Marks up to 500 unread messages as read; their author sees it
             * @enum {boolean}
             */
            readonly isRead?: true;
        };
        /** @description A person whom a session knows or has looked up. */
        readonly Contact: {
            /**
             * @description The phone number in E.164
             * @example +6281234567890
             */
            readonly phoneNumber: string;
            /** @description The hidden ID of the person, if it is known */
            readonly lid: string | null;
            /** @description The name in the address book of the phone */
            readonly name: string | null;
            /** @description The name that the person chose. Untrusted: anyone can choose any */
            readonly pushName: string | null;
            /** @description What WhatsApp answered when it was asked last */
            readonly isOnWhatsApp: boolean | null;
            /**
             * Format: date-time
             * @description Since when the person and the session know each other
             */
            readonly knownAt: string | null;
            /** @description Whether this service has blocked the number */
            readonly isBlocked: boolean;
        };
        /** @description Whether a number is blocked. */
        readonly BlockedContact: {
            /**
             * @description The phone number in E.164
             * @example +6281234567890
             */
            readonly phoneNumber: string;
            /** @description Whether the number is blocked from writing to the session */
            readonly isBlocked: boolean;
        };
        /** @description Whether people see the session as online. */
        readonly Presence: {
            /**
             * @description What people see
             * @enum {string}
             */
            readonly state: "available" | "unavailable";
        };
        /** @description Whether people see the session as online. */
        readonly PresenceRequest: {
            /**
             * @description What people see
             * @enum {string}
             */
            readonly state: "available" | "unavailable";
        };
        /** @description What a chat sees of the session. */
        readonly Typing: {
            /**
             * @description The name of a chat: the number of a person in E.164, `lid:` and a hidden ID while the number is not known, or the ID of a group
             * @example +6281234567890
             */
            readonly chat: string;
            /**
             * @description What people in the chat see
             * @enum {string}
             */
            readonly state: "composing" | "recording" | "paused";
        };
        /** @description Whether the chat shows that the session is typing. */
        readonly TypingRequest: {
            /**
             * @description What people in the chat see
             * @enum {string}
             */
            readonly state: "composing" | "recording" | "paused";
        };
        /** @description The picture of a person. */
        readonly ContactPicture: {
            /**
             * @description The phone number in E.164
             * @example +6281234567890
             */
            readonly phoneNumber: string;
            /** @description Valid for a few days. Fetch the picture, and do not store the URL */
            readonly url: string;
        };
        /** @description A group of a session. */
        readonly GroupSummary: {
            /**
             * @description The ID of the group
             * @example 120363000000000001@g.us
             */
            readonly group: string;
            /** @description The name of the group. Untrusted: its admins choose it. Null if it is not stored */
            readonly subject: string | null;
            /** @description What the group is for, if it says so */
            readonly description: string | null;
            /** @description Who created it, if that is known */
            readonly owner: {
                /**
                 * @description The number in E.164; null while it is not known
                 * @example +6281234567890
                 */
                readonly phoneNumber: string | null;
                /** @description The hidden ID of the person, if it is known */
                readonly lid: string | null;
            } | null;
            /** @description Whether only admins write */
            readonly isAnnouncement: boolean;
            /** @description Whether only admins change the group */
            readonly isLocked: boolean;
            /** @description How many members it has */
            readonly memberCount: number;
            /**
             * @description The role of the session; null if it is not a member
             * @enum {string|null}
             */
            readonly role: "member" | "admin" | "owner" | null;
            /**
             * Format: date-time
             * @description When it was created, if that is known
             */
            readonly foundedAt: string | null;
        };
        /** @description A group and its members. */
        readonly Group: {
            /**
             * @description The ID of the group
             * @example 120363000000000001@g.us
             */
            readonly group: string;
            /** @description The name of the group. Untrusted: its admins choose it. Null if it is not stored */
            readonly subject: string | null;
            /** @description What the group is for, if it says so */
            readonly description: string | null;
            /** @description Who created it, if that is known */
            readonly owner: {
                /**
                 * @description The number in E.164; null while it is not known
                 * @example +6281234567890
                 */
                readonly phoneNumber: string | null;
                /** @description The hidden ID of the person, if it is known */
                readonly lid: string | null;
            } | null;
            /** @description Whether only admins write */
            readonly isAnnouncement: boolean;
            /** @description Whether only admins change the group */
            readonly isLocked: boolean;
            /** @description How many members it has */
            readonly memberCount: number;
            /**
             * @description The role of the session; null if it is not a member
             * @enum {string|null}
             */
            readonly role: "member" | "admin" | "owner" | null;
            /**
             * Format: date-time
             * @description When it was created, if that is known
             */
            readonly foundedAt: string | null;
            /** @description The members */
            readonly members: readonly {
                /**
                 * @description The number in E.164; null while it is not known
                 * @example +6281234567890
                 */
                readonly phoneNumber: string | null;
                /** @description The hidden ID of the person, if it is known */
                readonly lid: string | null;
                /**
                 * @description What the member may do
                 * @enum {string}
                 */
                readonly role: "member" | "admin" | "owner";
            }[];
        };
        /** @description A group that was created. */
        readonly CreatedGroup: {
            /**
             * @description The ID of the group
             * @example 120363000000000001@g.us
             */
            readonly group: string;
            /** @description The name of the group. Untrusted: its admins choose it. Null if it is not stored */
            readonly subject: string | null;
            /** @description What the group is for, if it says so */
            readonly description: string | null;
            /** @description Who created it, if that is known */
            readonly owner: {
                /**
                 * @description The number in E.164; null while it is not known
                 * @example +6281234567890
                 */
                readonly phoneNumber: string | null;
                /** @description The hidden ID of the person, if it is known */
                readonly lid: string | null;
            } | null;
            /** @description Whether only admins write */
            readonly isAnnouncement: boolean;
            /** @description Whether only admins change the group */
            readonly isLocked: boolean;
            /** @description How many members it has */
            readonly memberCount: number;
            /**
             * @description The role of the session; null if it is not a member
             * @enum {string|null}
             */
            readonly role: "member" | "admin" | "owner" | null;
            /**
             * Format: date-time
             * @description When it was created, if that is known
             */
            readonly foundedAt: string | null;
            /** @description The members */
            readonly members: readonly {
                /**
                 * @description The number in E.164; null while it is not known
                 * @example +6281234567890
                 */
                readonly phoneNumber: string | null;
                /** @description The hidden ID of the person, if it is known */
                readonly lid: string | null;
                /**
                 * @description What the member may do
                 * @enum {string}
                 */
                readonly role: "member" | "admin" | "owner";
            }[];
            /** @description The outcome for each person */
            readonly results: readonly {
                /**
                 * @description The number in E.164; null while it is not known
                 * @example +6281234567890
                 */
                readonly phoneNumber: string | null;
                /** @description The hidden ID of the person, if it is known */
                readonly lid: string | null;
                /**
                 * @description The outcome. `invite_needed`: only by the link of the group. `not_permitted`: the limits for new contacts
                 * @enum {string}
                 */
                readonly status: "done" | "invite_needed" | "already_member" | "recently_left" | "not_a_member" | "not_on_whatsapp" | "not_permitted" | "refused";
            }[];
        };
        /** @description A group to create. */
        readonly CreateGroupRequest: {
            /**
             * @description The name of the group
             * @example Drivers of Jakarta
             */
            readonly subject: string;
            /** @description The numbers of the people to add */
            readonly members: readonly string[];
        };
        /** @description What to change of a group. */
        readonly ChangeGroupRequest: {
            /**
             * @description The name of the group
             * @example Drivers of Jakarta
             */
            readonly subject?: string;
            /** @description What the group is for; `null` removes it */
            readonly description?: string | null;
            /** @description Whether only admins write */
            readonly isAnnouncement?: boolean;
            /** @description Whether only admins change the group */
            readonly isLocked?: boolean;
        };
        /** @description The outcome for each person. */
        readonly MemberResults: {
            /**
             * @description The ID of the group
             * @example 120363000000000001@g.us
             */
            readonly group: string;
            /** @description The outcome for each person */
            readonly results: readonly {
                /**
                 * @description The number in E.164; null while it is not known
                 * @example +6281234567890
                 */
                readonly phoneNumber: string | null;
                /** @description The hidden ID of the person, if it is known */
                readonly lid: string | null;
                /**
                 * @description The outcome. `invite_needed`: only by the link of the group. `not_permitted`: the limits for new contacts
                 * @enum {string}
                 */
                readonly status: "done" | "invite_needed" | "already_member" | "recently_left" | "not_a_member" | "not_on_whatsapp" | "not_permitted" | "refused";
            }[];
        };
        /** @description People to add to a group. */
        readonly AddMembersRequest: {
            /** @description The numbers of the people to add */
            readonly members: readonly string[];
        };
        /** @description Members of a group. */
        readonly MembersRequest: {
            /** @description The members */
            readonly members: readonly string[];
        };
        /** @description The group that was changed. */
        readonly GroupRef: {
            /**
             * @description The ID of the group
             * @example 120363000000000001@g.us
             */
            readonly group: string;
        };
        /** @description The link by which anyone can join a group. */
        readonly GroupInvite: {
            /**
             * @description The ID of the group
             * @example 120363000000000001@g.us
             */
            readonly group: string;
            /** @description The code of the link */
            readonly code: string;
            /** @description The link: anyone who has it can join the group */
            readonly link: string;
        };
        /** @description The group that was joined. */
        readonly JoinedGroup: {
            /**
             * @description Null until an admin admits the session
             * @example 120363000000000001@g.us
             */
            readonly group: string | null;
            /**
             * @description Whether the session is a member
             * @enum {string}
             */
            readonly status: "joined" | "pending";
        };
        /** @description The link of a group to join. */
        readonly JoinGroupRequest: {
            /**
             * @description The link of a group, or its code
             * @example https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv
             */
            readonly invite: string;
        };
        /** @description The delivery of an event to a webhook. */
        readonly WebhookDelivery: {
            /**
             * @description The ID of the delivery
             * @example 17
             */
            readonly id: string;
            /** @description The webhook */
            readonly webhookId: string;
            /** @description The event: also the `webhook-id` of each attempt */
            readonly eventId: string;
            /**
             * @description The type of the event
             * @example delivery.failed
             */
            readonly type: string;
            /**
             * @description `PENDING` (not tried), `RETRYING` (tried again later), `SUCCESS` or `FAILED`
             * @example SUCCESS
             * @enum {string}
             */
            readonly status: "PENDING" | "RETRYING" | "SUCCESS" | "FAILED";
            /** @description How many attempts have been made */
            readonly attempts: number;
            /**
             * Format: date-time
             * @description When the next attempt is due
             */
            readonly nextAttemptAt: string | null;
            /** @description The status of the last response */
            readonly responseStatus: number | null;
            /** @description The first kilobyte of the last response */
            readonly response: string | null;
            /** @description What went wrong at the last attempt */
            readonly lastError: string | null;
            /** @description How long the last attempt took, in milliseconds */
            readonly durationMs: number | null;
            /**
             * Format: date-time
             * @description When the event happened
             */
            readonly occurredAt: string;
            /**
             * Format: date-time
             * @description When it was queued
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description When it was last tried
             */
            readonly updatedAt: string;
        };
        /** @description Which deliveries to repeat. */
        readonly ReplayRequest: {
            /**
             * Format: date-time
             * @description Deliveries that were created since then are repeated
             * @example 2026-11-30T12:00:00Z
             */
            readonly since: string;
            /**
             * @description `FAILED` only repeats deliveries that have not arrived, including those that would be tried again later. If it is left out, deliveries that arrived are repeated too
             * @enum {string}
             */
            readonly status?: "FAILED";
        };
        /** @description A webhook and its secret. */
        readonly WebhookWithSecret: {
            /**
             * @description The ID of the webhook
             * @example wh_8s2kQm7dYx30vJ8s2kQm7dYx
             */
            readonly id: string;
            /** @description Where events are posted to */
            readonly url: string;
            /** @description The event types that it gets, as patterns */
            readonly events: readonly string[];
            /** @description What it is for */
            readonly description: string | null;
            /** @description The session whose own webhook it is */
            readonly sessionId: string | null;
            /** @description Only events of these sessions; null for all */
            readonly sessions: readonly string[] | null;
            /** @description Only for these purposes; null for all */
            readonly purposes: readonly string[] | null;
            /** @description Whether phone numbers are sent in full; otherwise they are masked */
            readonly fullNumbers: boolean;
            /** @description Whether events are pushed to it */
            readonly isActive: boolean;
            /**
             * @description Why it is not active: `paused` (by a user), `gone` (it answered 410), or `failing` (no attempt has succeeded for three days)
             * @enum {string|null}
             */
            readonly disabledReason: "paused" | "gone" | "failing" | null;
            /** @description How many attempts have failed since the last success */
            readonly failures: number;
            /**
             * Format: date-time
             * @description When attempts began to fail without a success in between
             */
            readonly failingSince: string | null;
            /** @description What went wrong at the last attempt */
            readonly lastError: string | null;
            /**
             * Format: date-time
             * @description When an event last arrived, within ten seconds
             */
            readonly lastSuccessAt: string | null;
            /**
             * Format: date-time
             * @description When it was created
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description When it was last changed
             */
            readonly updatedAt: string;
            /**
             * @description The secret that signs its events. It is shown only once
             * @example whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=
             */
            readonly secret: string;
        };
        /** @description An endpoint that gets events. */
        readonly CreateWebhookRequest: {
            /**
             * @description Where events are posted to: an https URL of a public address. http, and other addresses, only inside the networks of WEBHOOK_ALLOWED_NETWORKS
             * @example https://shop.example/webhooks/waverify
             */
            readonly url: string;
            /**
             * @description The types of events that it gets: `*` for all, a group such as `verification.*`, or a type
             * @example [
             *       "verification.*",
             *       "delivery.failed"
             *     ]
             */
            readonly events: readonly string[];
            /**
             * @description What it is for, to recognise it by
             * @example shop backend
             */
            readonly description?: string;
            /**
             * @description The session whose own webhook it is: it gets only events of this session
             * @example default
             */
            readonly sessionId?: string;
            /** @description Only events of these sessions; of all, if left out */
            readonly sessions?: readonly string[];
            /** @description Only events of verifications for these purposes; of all, if left out */
            readonly purposes?: readonly string[];
            /**
             * @description Whether phone numbers are sent in full; otherwise they are masked
             * @default false
             */
            readonly fullNumbers: boolean;
            /** @description The secret that the receiver already has: base64 of 24 to 64 bytes, with or without `whsec_`. By default, a new one */
            readonly secret?: string;
        };
        /** @description An endpoint that gets events. */
        readonly Webhook: {
            /**
             * @description The ID of the webhook
             * @example wh_8s2kQm7dYx30vJ8s2kQm7dYx
             */
            readonly id: string;
            /** @description Where events are posted to */
            readonly url: string;
            /** @description The event types that it gets, as patterns */
            readonly events: readonly string[];
            /** @description What it is for */
            readonly description: string | null;
            /** @description The session whose own webhook it is */
            readonly sessionId: string | null;
            /** @description Only events of these sessions; null for all */
            readonly sessions: readonly string[] | null;
            /** @description Only for these purposes; null for all */
            readonly purposes: readonly string[] | null;
            /** @description Whether phone numbers are sent in full; otherwise they are masked */
            readonly fullNumbers: boolean;
            /** @description Whether events are pushed to it */
            readonly isActive: boolean;
            /**
             * @description Why it is not active: `paused` (by a user), `gone` (it answered 410), or `failing` (no attempt has succeeded for three days)
             * @enum {string|null}
             */
            readonly disabledReason: "paused" | "gone" | "failing" | null;
            /** @description How many attempts have failed since the last success */
            readonly failures: number;
            /**
             * Format: date-time
             * @description When attempts began to fail without a success in between
             */
            readonly failingSince: string | null;
            /** @description What went wrong at the last attempt */
            readonly lastError: string | null;
            /**
             * Format: date-time
             * @description When an event last arrived, within ten seconds
             */
            readonly lastSuccessAt: string | null;
            /**
             * Format: date-time
             * @description When it was created
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description When it was last changed
             */
            readonly updatedAt: string;
        };
        /** @description What to change; at least one field. A field that is left out does not change; `null` clears it. */
        readonly UpdateWebhookRequest: {
            /**
             * @description Where events are posted to: an https URL of a public address. http, and other addresses, only inside the networks of WEBHOOK_ALLOWED_NETWORKS
             * @example https://shop.example/webhooks/waverify
             */
            readonly url?: string;
            /**
             * @description The types of events that it gets: `*` for all, a group such as `verification.*`, or a type
             * @example [
             *       "verification.*",
             *       "delivery.failed"
             *     ]
             */
            readonly events?: readonly string[];
            /**
             * @description What it is for, to recognise it by
             * @example shop backend
             */
            readonly description?: string | null;
            /** @description Only events of these sessions; of all, if left out */
            readonly sessions?: readonly string[] | null;
            /** @description Only events of verifications for these purposes; of all, if left out */
            readonly purposes?: readonly string[] | null;
            /** @description Whether phone numbers are sent in full; otherwise they are masked */
            readonly fullNumbers?: boolean;
            /** @description `false` pauses it: events wait. `true` resumes it, even if it was disabled, and it gets the events that waited */
            readonly isActive?: boolean;
        };
        /** @description A hook and its secret. */
        readonly HookWithSecret: {
            /**
             * @description The ID of the hook
             * @example hk_8s2kQm7dYx30vJ8s2kQm7dYx
             */
            readonly id: string;
            /**
             * @description The server that calls it
             * @enum {string}
             */
            readonly dialect: "supabase" | "logto" | "kratos" | "zitadel" | "authgear" | "authentik" | "keycloak" | "generic";
            /**
             * @description The address to enter in the server
             * @example https://otp.example/api/hooks/supabase/hk_8s2kQm7dYx30vJ8s2kQm7dYx
             */
            readonly url: string;
            /**
             * @description `test`: it sends nothing, and shows its calls
             * @enum {string}
             */
            readonly mode: "live" | "test";
            /** @description What it is for */
            readonly description: string | null;
            /** @description The channels to try; null for the workflow */
            readonly channels: readonly string[] | null;
            /** @description The only regions that it sends to */
            readonly regions: readonly string[] | null;
            /** @description The name of the sender in our own text */
            readonly companyName: string | null;
            /** @description Whether the text of the server is sent, if it has at most 320 characters and no link to another domain than `linkDomains`. Otherwise our own text with the code is sent */
            readonly relayText: boolean;
            /** @description The domains to which texts may link */
            readonly linkDomains: readonly string[] | null;
            /** @description How long the codes are valid, as the message says, in seconds, unless the call says it */
            readonly codeTtlSeconds: number;
            /** @description How many codes it may send per hour; without it, there is no separate limit */
            readonly sendsPerHour: number | null;
            /** @description Whether calls are accepted */
            readonly isActive: boolean;
            /**
             * Format: date-time
             * @description When it was last called with the right secret, within a minute
             */
            readonly lastUsedAt: string | null;
            /**
             * Format: date-time
             * @description When a call was last refused because of its signature or secret, within a minute
             */
            readonly lastRefusedAt: string | null;
            /**
             * Format: date-time
             * @description When it was created
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description When it was last changed
             */
            readonly updatedAt: string;
            /**
             * @description The secret to enter in the server. It is shown only once
             * @example wv_hook_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo
             */
            readonly secret: string;
            readonly sampleRequest: components["schemas"]["HookSampleRequest"];
        };
        /** @description A call as the server makes it. */
        readonly HookSampleRequest: {
            /** @description The method */
            readonly method: string;
            /** @description The address */
            readonly url: string;
            /** @description The headers; in place of a secret or signature, how it is made */
            readonly headers: {
                readonly [key: string]: string;
            };
            /** @description The body */
            readonly body: {
                readonly [key: string]: unknown;
            };
        };
        /** @description A hook for a server that creates its own codes. */
        readonly CreateHookRequest: {
            /**
             * @description The server that calls it; `generic` for programs of your own
             * @example supabase
             * @enum {string}
             */
            readonly dialect: "supabase" | "logto" | "kratos" | "zitadel" | "authgear" | "authentik" | "keycloak" | "generic";
            /**
             * @description `test`: it sends nothing, and shows its calls
             * @default live
             * @enum {string}
             */
            readonly mode: "live" | "test";
            /** @description The secret that the server has chosen, such as the signing key of ZITADEL; a new one, if left out */
            readonly secret?: string;
            /**
             * @description What it is for, to recognise it by
             * @example Login of the shop
             */
            readonly description?: string | null;
            /** @description The channels to try, in order; the workflow of the account, if left out. For an email address, only those that reach one are tried */
            readonly channels?: readonly string[] | null;
            /**
             * @description The only regions (ISO 3166) that it sends to; all that are allowed, if left out
             * @example [
             *       "ID",
             *       "SG"
             *     ]
             */
            readonly regions?: readonly string[] | null;
            /**
             * @description The name of the sender in our own text
             * @example Kopi & Roti
             */
            readonly companyName?: string | null;
            /** @description Whether the text of the server is sent, if it has at most 320 characters and no link to another domain than `linkDomains`. Otherwise our own text with the code is sent */
            readonly relayText?: boolean;
            /**
             * @description The domains to which a text of the server may link
             * @example [
             *       "shop.example"
             *     ]
             */
            readonly linkDomains?: readonly string[] | null;
            /** @description How long the codes are valid, as the message says, in seconds, unless the call says it */
            readonly codeTtlSeconds?: number;
            /** @description How many codes it may send per hour; without it, there is no separate limit */
            readonly sendsPerHour?: number | null;
        };
        /** @description A URL that a server calls to have its codes delivered. */
        readonly Hook: {
            /**
             * @description The ID of the hook
             * @example hk_8s2kQm7dYx30vJ8s2kQm7dYx
             */
            readonly id: string;
            /**
             * @description The server that calls it
             * @enum {string}
             */
            readonly dialect: "supabase" | "logto" | "kratos" | "zitadel" | "authgear" | "authentik" | "keycloak" | "generic";
            /**
             * @description The address to enter in the server
             * @example https://otp.example/api/hooks/supabase/hk_8s2kQm7dYx30vJ8s2kQm7dYx
             */
            readonly url: string;
            /**
             * @description `test`: it sends nothing, and shows its calls
             * @enum {string}
             */
            readonly mode: "live" | "test";
            /** @description What it is for */
            readonly description: string | null;
            /** @description The channels to try; null for the workflow */
            readonly channels: readonly string[] | null;
            /** @description The only regions that it sends to */
            readonly regions: readonly string[] | null;
            /** @description The name of the sender in our own text */
            readonly companyName: string | null;
            /** @description Whether the text of the server is sent, if it has at most 320 characters and no link to another domain than `linkDomains`. Otherwise our own text with the code is sent */
            readonly relayText: boolean;
            /** @description The domains to which texts may link */
            readonly linkDomains: readonly string[] | null;
            /** @description How long the codes are valid, as the message says, in seconds, unless the call says it */
            readonly codeTtlSeconds: number;
            /** @description How many codes it may send per hour; without it, there is no separate limit */
            readonly sendsPerHour: number | null;
            /** @description Whether calls are accepted */
            readonly isActive: boolean;
            /**
             * Format: date-time
             * @description When it was last called with the right secret, within a minute
             */
            readonly lastUsedAt: string | null;
            /**
             * Format: date-time
             * @description When a call was last refused because of its signature or secret, within a minute
             */
            readonly lastRefusedAt: string | null;
            /**
             * Format: date-time
             * @description When it was created
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description When it was last changed
             */
            readonly updatedAt: string;
        };
        /** @description What to change; at least one field. A field that is left out does not change; `null` clears it. */
        readonly UpdateHookRequest: {
            /**
             * @description What it is for, to recognise it by
             * @example Login of the shop
             */
            readonly description?: string | null;
            /** @description The channels to try, in order; the workflow of the account, if left out. For an email address, only those that reach one are tried */
            readonly channels?: readonly string[] | null;
            /**
             * @description The only regions (ISO 3166) that it sends to; all that are allowed, if left out
             * @example [
             *       "ID",
             *       "SG"
             *     ]
             */
            readonly regions?: readonly string[] | null;
            /**
             * @description The name of the sender in our own text
             * @example Kopi & Roti
             */
            readonly companyName?: string | null;
            /** @description Whether the text of the server is sent, if it has at most 320 characters and no link to another domain than `linkDomains`. Otherwise our own text with the code is sent */
            readonly relayText?: boolean;
            /**
             * @description The domains to which a text of the server may link
             * @example [
             *       "shop.example"
             *     ]
             */
            readonly linkDomains?: readonly string[] | null;
            /** @description How long the codes are valid, as the message says, in seconds, unless the call says it */
            readonly codeTtlSeconds?: number;
            /** @description How many codes it may send per hour; without it, there is no separate limit */
            readonly sendsPerHour?: number | null;
            /** @description `false` refuses all calls */
            readonly isActive?: boolean;
        };
        /** @description The next secret. */
        readonly RotateHookRequest: {
            /** @description The secret that the server has chosen, such as the signing key of ZITADEL; a new one, if left out */
            readonly secret?: string;
        };
        /** @description A call of a hook. Neither the code nor the text is stored. */
        readonly HookCall: {
            /**
             * @description The ID of the message: the `verificationId` in the activity log
             * @example 5d41402abc4b2a76b9719d911017c592
             */
            readonly id: string;
            /**
             * @description The recipient, masked; null if the call named none
             * @example +62812****7890
             */
            readonly phoneNumber: string | null;
            /** @description The region of the number */
            readonly region: string | null;
            /** @description What the code is for */
            readonly purpose: string | null;
            /** @description How many characters the code has; 0 if it was not read */
            readonly codeLength: number;
            /**
             * @description `received`, `sending`, `accepted` (by a channel), `failed`, `refused` (nothing was sent), or `test`
             * @example accepted
             * @enum {string}
             */
            readonly status: "received" | "sending" | "accepted" | "failed" | "refused" | "test";
            /**
             * @description The error code of a refusal or failure
             * @enum {string|null}
             */
            readonly reason: "invalid_json" | "validation_failed" | "invalid_phone" | "region_not_allowed" | "unauthorized" | "forbidden" | "password_change_required" | "not_found" | "method_not_allowed" | "unsupported_media_type" | "payload_too_large" | "otp_invalid" | "verification_pending" | "proof_invalid" | "otp_locked" | "resend_too_soon" | "rate_limited" | "no_next_step" | "recipient_unreachable" | "delivery_failed" | "provider_unavailable" | "database_unavailable" | "overloaded" | "session_not_found" | "session_exists" | "session_limit" | "session_not_connected" | "media_gone" | "media_corrupt" | "media_too_large" | "media_unavailable" | "media_elsewhere" | "session_use" | "user_exists" | "key_not_active" | "webhook_not_active" | "idempotency_key_reused" | "request_in_progress" | "internal_error" | null;
            /**
             * @description The channel that accepted the message
             * @example whatsapp
             */
            readonly channel: string | null;
            /**
             * Format: date-time
             * @description When the call arrived
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description When it last changed
             */
            readonly updatedAt: string;
            /** @description The attempts to deliver it, oldest first */
            readonly deliveries: readonly components["schemas"]["HookCallDelivery"][];
        };
        /** @description An attempt to deliver the message of a call. */
        readonly HookCallDelivery: {
            /**
             * @description The channel
             * @example whatsapp
             */
            readonly channel: string;
            /**
             * @description The status of the attempt
             * @example delivered
             * @enum {string}
             */
            readonly status: "sending" | "accepted" | "delivered" | "read" | "failed" | "unknown";
            /**
             * @description Why it failed
             * @enum {string|null}
             */
            readonly reason: "not_on_channel" | "refused" | "unavailable" | "timeout" | "misconfigured" | "fraud_blocked" | null;
            /** @description What the channel reported, for people; its wording may change */
            readonly note: string | null;
            /**
             * Format: date-time
             * @description When it was tried
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description When the channel accepted it
             */
            readonly acceptedAt: string | null;
            /**
             * Format: date-time
             * @description When it arrived
             */
            readonly deliveredAt: string | null;
            /**
             * Format: date-time
             * @description When it was read
             */
            readonly readAt: string | null;
            /**
             * Format: date-time
             * @description When it failed
             */
            readonly failedAt: string | null;
        };
        /** @description An event, as it is pushed to webhooks. */
        readonly Event: {
            /**
             * @description The ID of the event
             * @example evt_kQm7dYx30vJ8s2kQm7dYx30v
             */
            readonly id: string;
            /**
             * @description What happened
             * @example verification.approved
             */
            readonly type: string;
            /**
             * Format: date-time
             * @description When it happened
             */
            readonly timestamp: string;
            /** @description The version of this format */
            readonly apiVersion: string;
            /** @description The details of the event. They never contain a code; phone numbers are masked */
            readonly data: {
                /** @description The account */
                readonly accountId: string;
                /** @description Of two events about the same subject, the later one has the larger number */
                readonly sequence: number;
            } & {
                readonly [key: string]: unknown;
            };
        };
        /** @description A page of usage entries. */
        readonly UsagePage: {
            /** @description The entries, newest first */
            readonly items: readonly components["schemas"]["UsageEntry"][];
            /** @description The `cursor` of the next page; null on the last page */
            readonly nextCursor: string | null;
            readonly totals: components["schemas"]["UsageTotals"];
            /** @description The totals by `by`, of at most 1,000 groups; null without it, and with more than 50,000 entries */
            readonly groups: readonly components["schemas"]["UsageGroup"][] | null;
            /** @description How many groups are left out because there are more: the earliest hours, or the routes or callers with the fewest requests. `totals` includes them */
            readonly groupsLeftOut: number;
        };
        /** @description The requests of one hour with the same caller, method, route and status. */
        readonly UsageEntry: {
            /**
             * Format: date-time
             * @description When the hour began
             */
            readonly hour: string;
            /** @description The account of the caller */
            readonly accountId: string;
            /** @description The caller */
            readonly principal: {
                /**
                 * @description `bootstrap` is the `API_KEY` of the installation
                 * @enum {string}
                 */
                readonly kind: "bootstrap" | "key" | "user" | "hook";
                /** @description The ID of the API key, user or hook; null for `bootstrap` */
                readonly id: string | null;
            };
            /** @description The HTTP method */
            readonly method: string;
            /**
             * @description The pattern of the route, never the path itself
             * @example /api/otp/status/:phoneNumber
             */
            readonly route: string;
            /** @description The HTTP status */
            readonly status: number;
            /** @description How many requests */
            readonly requests: number;
            /** @description Their average duration in milliseconds */
            readonly averageMs: number;
            /** @description The longest duration in milliseconds */
            readonly maxMs: number;
        };
        /** @description Totals over all pages. null when more than 50,000 entries match: choose a shorter period. */
        readonly UsageTotals: {
            /** @description How many requests */
            readonly requests: number;
            /** @description How many of them were answered with a status of 400 or above */
            readonly failures: number;
            /** @description How many with a status from 400 to 499 */
            readonly clientErrors: number;
            /** @description How many with a status of 500 or above */
            readonly serverErrors: number;
            /** @description Their average duration in milliseconds; null if there were none */
            readonly averageMs: number | null;
        } | null;
        /** @description The totals of one hour, route or caller. */
        readonly UsageGroup: {
            /**
             * @description When the hour began; the pattern of the route, of all methods; or the caller: `bootstrap`, `key:…`, `user:…` or `hook:…`
             * @example /api/otp/send
             */
            readonly value: string;
            /** @description How many requests */
            readonly requests: number;
            /** @description How many of them were answered with a status of 400 or above */
            readonly failures: number;
            /** @description How many with a status from 400 to 499 */
            readonly clientErrors: number;
            /** @description How many with a status of 500 or above */
            readonly serverErrors: number;
            /** @description Their average duration in milliseconds; null if there were none */
            readonly averageMs: number | null;
            /** @description The longest duration in milliseconds */
            readonly maxMs: number;
        };
        /** @description Figures of the account. */
        readonly Dashboard: {
            /** @description WhatsApp sessions */
            readonly sessions: {
                /** @description All sessions */
                readonly total: number;
                /** @description Connected sessions */
                readonly active: number;
                /** @description All others */
                readonly inactive: number;
            };
            /** @description Messages sent with send-message; codes are not included */
            readonly messages: {
                /** @description All time */
                readonly total: number;
                /** @description Today, in `timeZone` */
                readonly today: number;
            };
            /** @description Codes that a channel accepted */
            readonly otp: {
                /** @description All time */
                readonly total: number;
                /** @description Today, in `timeZone` */
                readonly today: number;
            };
            /** @description Codes of other servers that were delivered for hooks; `otp` does not include them */
            readonly relayed: {
                /** @description Today, in `timeZone` */
                readonly today: number;
                /** @description Those of today that were refused or failed */
                readonly failedToday: number;
            };
            /** @description Numbers and addresses that exceeded a limit, counted once per window */
            readonly limitHits: {
                /** @description Today, in `timeZone` */
                readonly today: number;
            };
            readonly funnel: components["schemas"]["Funnel"];
            /** @description The funnel of today by channel */
            readonly byChannel: readonly {
                /** @description The channel; empty if none accepted the message; `inbound` for verifications by an incoming message, which are part of no total */
                readonly channel: string;
                /** @description Codes that were requested within the limits */
                readonly asked: number;
                /** @description Codes that a channel accepted */
                readonly sent: number;
                /** @description Codes that reached the device, as far as the channel reports it */
                readonly delivered: number;
                /** @description Codes that were read; users can turn off read receipts */
                readonly read: number;
                /** @description Codes that were entered correctly */
                readonly verified: number;
                /** @description Codes that no channel accepted; not part of `sent` */
                readonly failed: number;
                /** @description Codes that expired, were replaced or were invalidated */
                readonly expired: number;
                /** @description `delivered` / `sent`; null if nothing was sent */
                readonly deliveryRate: number | null;
                /** @description `read` / `sent`; null if nothing was sent */
                readonly readRate: number | null;
                /** @description `verified` / `sent`; null if nothing was sent. For `inbound`: `verified` / `asked` */
                readonly conversionRate: number | null;
                /** @description Time from request to delivery, accurate to a factor of √2 */
                readonly deliveryMs: {
                    /** @description The median in milliseconds; null if there are none */
                    readonly p50: number | null;
                    /** @description The 95th percentile in milliseconds */
                    readonly p95: number | null;
                };
                /** @description Time from request to verification, accurate to a factor of √2 */
                readonly verificationMs: {
                    /** @description The median in milliseconds; null if there are none */
                    readonly p50: number | null;
                    /** @description The 95th percentile in milliseconds */
                    readonly p95: number | null;
                };
            }[];
            /** @description The funnel of today by session */
            readonly bySession: readonly {
                /**
                 * @description The name of the session; for users with the role `ADMIN` its ID, `account~name`
                 * @example default
                 */
                readonly sessionId: string;
                /** @description Codes that were requested within the limits */
                readonly asked: number;
                /** @description Codes that a channel accepted */
                readonly sent: number;
                /** @description Codes that reached the device, as far as the channel reports it */
                readonly delivered: number;
                /** @description Codes that were read; users can turn off read receipts */
                readonly read: number;
                /** @description Codes that were entered correctly */
                readonly verified: number;
                /** @description Codes that no channel accepted; not part of `sent` */
                readonly failed: number;
                /** @description Codes that expired, were replaced or were invalidated */
                readonly expired: number;
                /** @description `delivered` / `sent`; null if nothing was sent */
                readonly deliveryRate: number | null;
                /** @description `read` / `sent`; null if nothing was sent */
                readonly readRate: number | null;
                /** @description `verified` / `sent`; null if nothing was sent. For `inbound`: `verified` / `asked` */
                readonly conversionRate: number | null;
                /** @description Time from request to delivery, accurate to a factor of √2 */
                readonly deliveryMs: {
                    /** @description The median in milliseconds; null if there are none */
                    readonly p50: number | null;
                    /** @description The 95th percentile in milliseconds */
                    readonly p95: number | null;
                };
                /** @description Time from request to verification, accurate to a factor of √2 */
                readonly verificationMs: {
                    /** @description The median in milliseconds; null if there are none */
                    readonly p50: number | null;
                    /** @description The 95th percentile in milliseconds */
                    readonly p95: number | null;
                };
            }[];
            /** @description The time zone that decides what is today */
            readonly timeZone: string;
            /**
             * Format: date-time
             * @description The time of the figures
             */
            readonly timestamp: string;
        };
        /** @description The outcomes of a set of codes. */
        readonly Funnel: {
            /** @description Codes that were requested within the limits */
            readonly asked: number;
            /** @description Codes that a channel accepted */
            readonly sent: number;
            /** @description Codes that reached the device, as far as the channel reports it */
            readonly delivered: number;
            /** @description Codes that were read; users can turn off read receipts */
            readonly read: number;
            /** @description Codes that were entered correctly */
            readonly verified: number;
            /** @description Codes that no channel accepted; not part of `sent` */
            readonly failed: number;
            /** @description Codes that expired, were replaced or were invalidated */
            readonly expired: number;
            /** @description `delivered` / `sent`; null if nothing was sent */
            readonly deliveryRate: number | null;
            /** @description `read` / `sent`; null if nothing was sent */
            readonly readRate: number | null;
            /** @description `verified` / `sent`; null if nothing was sent. For `inbound`: `verified` / `asked` */
            readonly conversionRate: number | null;
            /** @description Time from request to delivery, accurate to a factor of √2 */
            readonly deliveryMs: {
                /** @description The median in milliseconds; null if there are none */
                readonly p50: number | null;
                /** @description The 95th percentile in milliseconds */
                readonly p95: number | null;
            };
            /** @description Time from request to verification, accurate to a factor of √2 */
            readonly verificationMs: {
                /** @description The median in milliseconds; null if there are none */
                readonly p50: number | null;
                /** @description The 95th percentile in milliseconds */
                readonly p95: number | null;
            };
        };
        /** @description The funnel of a period. */
        readonly FunnelReport: {
            /**
             * Format: date-time
             * @description The beginning of the period
             */
            readonly from: string;
            /**
             * Format: date-time
             * @description The end of the period
             */
            readonly to: string;
            /** @description The time zone of the query */
            readonly timeZone: string;
            /**
             * @description The grouping; null if there is none
             * @enum {string|null}
             */
            readonly by: "channel" | "session" | "region" | "hour" | "day" | null;
            readonly total: components["schemas"]["Funnel"];
            /** @description Messages sent with send-message; codes are not included. null with `channel`, `sessionId` or `region` */
            readonly messages: number | null;
            /** @description Numbers and addresses that exceeded a limit, counted once per window. null with `channel`, `sessionId` or `region` */
            readonly limitHits: number | null;
            /** @description The funnel of each group */
            readonly groups: readonly {
                /** @description The channel (empty if none accepted the message), session or region (empty if unknown); for `hour` and `day`, its beginning in local time */
                readonly value: string;
                /** @description Codes that were requested within the limits */
                readonly asked: number;
                /** @description Codes that a channel accepted */
                readonly sent: number;
                /** @description Codes that reached the device, as far as the channel reports it */
                readonly delivered: number;
                /** @description Codes that were read; users can turn off read receipts */
                readonly read: number;
                /** @description Codes that were entered correctly */
                readonly verified: number;
                /** @description Codes that no channel accepted; not part of `sent` */
                readonly failed: number;
                /** @description Codes that expired, were replaced or were invalidated */
                readonly expired: number;
                /** @description `delivered` / `sent`; null if nothing was sent */
                readonly deliveryRate: number | null;
                /** @description `read` / `sent`; null if nothing was sent */
                readonly readRate: number | null;
                /** @description `verified` / `sent`; null if nothing was sent. For `inbound`: `verified` / `asked` */
                readonly conversionRate: number | null;
                /** @description Time from request to delivery, accurate to a factor of √2 */
                readonly deliveryMs: {
                    /** @description The median in milliseconds; null if there are none */
                    readonly p50: number | null;
                    /** @description The 95th percentile in milliseconds */
                    readonly p95: number | null;
                };
                /** @description Time from request to verification, accurate to a factor of √2 */
                readonly verificationMs: {
                    /** @description The median in milliseconds; null if there are none */
                    readonly p50: number | null;
                    /** @description The 95th percentile in milliseconds */
                    readonly p95: number | null;
                };
            }[];
        };
        /** @description Channels and regions with a lower conversion than usual. */
        readonly ConversionDrops: {
            /** @description Oldest first */
            readonly drops: readonly {
                /**
                 * @description The account
                 * @example shop
                 */
                readonly accountId: string;
                /**
                 * @description What dropped
                 * @enum {string}
                 */
                readonly dimension: "channel" | "region";
                /** @description The channel, or the region (ISO 3166) */
                readonly value: string;
                /** @description Which share of the codes that were sent in the window was verified */
                readonly share: number;
                /** @description The same share in the seven days before */
                readonly expectedShare: number;
                /**
                 * Format: date-time
                 * @description The beginning of the window
                 */
                readonly from: string;
                /**
                 * Format: date-time
                 * @description The end of the window
                 */
                readonly to: string;
                /**
                 * Format: date-time
                 * @description When it was first found to be lower than usual
                 */
                readonly since: string;
            }[];
        };
        /** @description What a session sent. */
        readonly SessionStats: {
            /**
             * @description The name of the session; for users with the role `ADMIN` its ID, `account~name`
             * @example default
             */
            readonly sessionId: string;
            /**
             * @description A short form of `state`, with four values
             * @enum {string}
             */
            readonly status: "active" | "inactive" | "error" | "connecting";
            /**
             * @description The state of the session
             * @enum {string}
             */
            readonly state: "unlinked" | "qr" | "code" | "linking" | "connecting" | "open" | "backoff" | "stopped" | "replaced" | "logged_out" | "banned" | "outdated" | "failed";
            /**
             * Format: date-time
             * @description The beginning of the period
             */
            readonly from: string;
            /**
             * Format: date-time
             * @description The end of the period
             */
            readonly to: string;
            /** @description The time zone of the query */
            readonly timeZone: string;
            /** @description Messages sent with send-message; codes are not included */
            readonly messages: {
                /** @description Messages that WhatsApp accepted */
                readonly sent: number;
                /** @description Messages that failed */
                readonly failed: number;
            };
            readonly otp: components["schemas"]["Funnel"];
            /** @description The same figures for all time */
            readonly ever: {
                /** @description Messages sent with send-message; codes are not included */
                readonly messages: {
                    /** @description Messages that WhatsApp accepted */
                    readonly sent: number;
                    /** @description Messages that failed */
                    readonly failed: number;
                };
                readonly otp: components["schemas"]["Funnel"];
            };
        };
        /** @description A page of the activity log. */
        readonly ActivityPage: {
            /** @description The entries, newest first */
            readonly items: readonly components["schemas"]["Activity"][];
            /** @description The `cursor` of the next page; null on the last page */
            readonly nextCursor: string | null;
        };
        /** @description An entry of the activity log. */
        readonly Activity: {
            /** @description The ID of the entry */
            readonly id: number;
            /** @description The account; only for users with the role `ADMIN` */
            readonly accountId?: string;
            /**
             * @description The name of the session; for users with the role `ADMIN` its ID, `account~name`
             * @example default
             */
            readonly sessionId: string | null;
            /**
             * @description What was done
             * @example otp_send
             */
            readonly action: string;
            /** @description The kind of message, for actions that send one */
            readonly messageType: string | null;
            /**
             * @description The phone number that it is about, masked for callers without `otp:send`; null if it is about an email address, or no recipient
             * @example +62812****7890
             */
            readonly phoneNumber: string | null;
            /**
             * @description The email address, masked for callers without `otp:send`; present if the recipient is one
             * @example u•••@example.com
             */
            readonly email?: string;
            /**
             * @description `email` if the recipient is an email address; absent for a phone number
             * @enum {string}
             */
            readonly recipientKind?: "email";
            /** @description The ID of the message on its channel */
            readonly messageId: string | null;
            /** @description The verification that it is about */
            readonly verificationId: string | null;
            /**
             * @description How it ended
             * @enum {string}
             */
            readonly status: "success" | "error" | "pending";
            /** @description For `otp_verify` and `otp_expire`: an `AttemptFailure`, or null. For `connection_close`: a `SessionReason`. For `otp_send`: the channel. For `limit_hit`: the limit. For `api_call`: the route. For all others: who did what */
            readonly details: components["schemas"]["AttemptFailure"] | components["schemas"]["SessionReason"] | string | null;
            /** @description For `otp_send`, `otp_verify`, `otp_expire` and `api_call`: the code of the error. For all others: a text for people */
            readonly errorMessage: string | null;
            /** @description Whether a test key did it */
            readonly isTest: boolean;
            /** @description Some fields of the request; nothing secret. For `otp_send`, `otp_verify` and `otp_expire`, also the `route`, and the address of the caller as `callerIp` if `ipAddress` is a `clientIp` */
            readonly requestData: {
                readonly [key: string]: unknown;
            } | null;
            /** @description Some fields of the response; nothing secret */
            readonly responseData: {
                readonly [key: string]: unknown;
            } | null;
            /** @description The address of the caller, or its `clientIp` */
            readonly ipAddress: string | null;
            /** @description The `User-Agent` of the caller */
            readonly userAgent: string | null;
            /** @description The duration in milliseconds */
            readonly durationMs: number | null;
            /**
             * Format: date-time
             * @description When it happened
             */
            readonly createdAt: string;
        };
        /**
         * @description Why an attempt did not verify, or why there was no code to invalidate.
         * @enum {string}
         */
        readonly AttemptFailure: "wrong_code" | "no_live_code" | "locked" | "not_compared";
        /**
         * @description Why a session is in its state.
         * @enum {string}
         */
        readonly SessionReason: "linking" | "qr_expired" | "code_expired" | "restart" | "stop_requested" | "stopped" | "logged_out" | "lease_lost" | "not_kept" | "restart_required" | "connection_closed" | "connection_lost" | "connection_failed" | "no_answer" | "unreachable" | "service_unavailable" | "bad_session" | "unexpected_status" | "database_unavailable" | "device_unlinked" | "replaced_by_other_client" | "restored_from_backup" | "banned_temporarily" | "banned" | "client_outdated" | "linked_devices_not_allowed" | "credentials_unreadable" | "unknown";
        /** @description A page of the log of codes. */
        readonly OtpLogPage: {
            /** @description The entries, newest first */
            readonly items: readonly components["schemas"]["LoggedOtp"][];
            /** @description The `cursor` of the next page; null on the last page */
            readonly nextCursor: string | null;
        };
        /** @description A code that was requested. */
        readonly LoggedOtp: {
            /** @description The ID of the entry */
            readonly id: number;
            /** @description The account; only for users with the role `ADMIN` */
            readonly accountId?: string;
            /**
             * @description The ID of the verification, as the send request returned it. Keep it on your server
             * @example T9LOIawrvRT8gFqIc6yI588mTQiT1t5f
             */
            readonly verificationId: string;
            /**
             * @description The phone number, masked for callers without `otp:send`; absent if the recipient is an email address
             * @example +62812****7890
             */
            readonly phoneNumber?: string;
            /**
             * @description The email address, masked for callers without `otp:send`; present if the recipient is one
             * @example u•••@example.com
             */
            readonly email?: string;
            /**
             * @description `email` if the recipient is an email address; absent for a phone number
             * @enum {string}
             */
            readonly recipientKind?: "email";
            /** @description What the code is for */
            readonly purpose: string;
            /**
             * @description `inbound` for a verification by an incoming message
             * @enum {string}
             */
            readonly method: "code" | "inbound";
            /**
             * @description The channel that accepted the message
             * @example whatsapp
             */
            readonly channel: string | null;
            /**
             * @description The name of the session; for users with the role `ADMIN` its ID, `account~name`
             * @example default
             */
            readonly sessionId: string;
            /** @description The region of the number (ISO 3166); null for an email address */
            readonly region: string | null;
            /**
             * @description The status of the code
             * @enum {string}
             */
            readonly status: "sent" | "verified" | "expired" | "failed";
            /** @description Attempts that were made */
            readonly attempts: number;
            /** @description Attempts that are allowed */
            readonly maxAttempts: number;
            /**
             * Format: date-time
             * @description When the code was requested
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description When it reached the device
             */
            readonly deliveredAt: string | null;
            /**
             * Format: date-time
             * @description When it was read
             */
            readonly readAt: string | null;
            /**
             * Format: date-time
             * @description When it was accepted
             */
            readonly verifiedAt: string | null;
            /**
             * Format: date-time
             * @description When it expires or expired
             */
            readonly expiresAt: string;
            /** @description The last delivery */
            readonly delivery: {
                /**
                 * @description The channel of this delivery
                 * @example whatsapp
                 */
                readonly channel: string;
                /**
                 * @description The status of the delivery
                 * @example delivered
                 * @enum {string}
                 */
                readonly status: "sending" | "accepted" | "delivered" | "read" | "failed" | "unknown";
                /**
                 * @description Why the channel did not accept the message
                 * @enum {string|null}
                 */
                readonly reason: "not_on_channel" | "refused" | "unavailable" | "timeout" | "misconfigured" | "fraud_blocked" | null;
            } | null;
        };
        /** @description How many rows were deleted. */
        readonly CleanedUp: {
            /** @description Entries of the activity log that were deleted */
            readonly activity: number;
            /** @description Codes that were deleted */
            readonly otp: number;
            /** @description Deliveries that were deleted */
            readonly deliveries: number;
            /** @description false if time ran out or another node is cleaning up: repeat the request */
            readonly isComplete: boolean;
        };
        /** @description What to delete. Give at least one field. */
        readonly CleanupRequest: {
            /** @description Delete entries of the activity log that are older than this many days */
            readonly activityDays?: number;
            /** @description Delete codes and deliveries that are older than this many days */
            readonly otpDays?: number;
        };
        /** @description What an application that uses Twilio Verify needs to use this service instead. */
        readonly TwilioSettings: {
            /** @description The account SID: the user name of requests */
            readonly accountSid: string;
            /** @description The SID of the key, or login, of this request */
            readonly apiKeySid: string;
            /** @description The address that replaces `https://verify.twilio.com` */
            readonly baseUrl: string;
            /** @description The services of the account, the default one first */
            readonly services: readonly components["schemas"]["TwilioService"][];
        };
        /** @description A verify service of the account. */
        readonly TwilioService: {
            /** @description The SID of the service */
            readonly sid: string;
            /** @description Its name */
            readonly friendlyName: string;
            /** @description How many digits its codes have */
            readonly codeLength: number;
            /** @description The purpose of its codes in logs, restrictions and webhooks */
            readonly purpose: string;
        };
        /** @description The enabled channels, in order of preference. */
        readonly ChannelStates: readonly components["schemas"]["ChannelState"][];
        /** @description An enabled channel. */
        readonly ChannelState: {
            /**
             * @description The name in `OTP_CHANNELS`, such as `twilio` or `twilio:us`
             * @example whatsapp
             */
            readonly name: string;
            /**
             * @description The name without its label
             * @example twilio
             * @enum {string}
             */
            readonly kind: "whatsapp" | "whatsapp_cloud" | "telegram" | "http" | "twilio" | "vonage" | "android" | "email" | "console";
            /** @description Whether it reports that messages were delivered; some channels need `PUBLIC_URL` for this */
            readonly reportsDelivery: boolean;
            /** @description The callback URL for reports of the provider, which contains a secret; null if there are no reports, or if `PUBLIC_URL` is not set */
            readonly callbackUrl: string | null;
            /** @description Whether this node skips it at the moment, because it is misconfigured */
            readonly isSkipped: boolean;
        };
        /** @description Whether codes can be sent. */
        readonly SendingReadiness: {
            /** @description Whether a channel that the account uses can send a code at the moment */
            readonly canSend: boolean;
            /** @description The enabled channels, in order of preference */
            readonly channels: readonly {
                /**
                 * @description The name in `OTP_CHANNELS`
                 * @example whatsapp
                 */
                readonly name: string;
                /**
                 * @description The name without its label
                 * @enum {string}
                 */
                readonly kind: "whatsapp" | "whatsapp_cloud" | "telegram" | "http" | "twilio" | "vonage" | "android" | "email" | "console";
                /** @description Whether codes are sent on it unless a request names another channel: the account has no workflow, or one with this channel */
                readonly isUsed: boolean;
                /** @description Whether it can send at the moment */
                readonly canSend: boolean;
                /**
                 * @description Why it cannot send: `no_session` (no session that sends codes is connected), `misconfigured` (this node skips it, because its provider refuses all messages); null if it can
                 * @enum {string|null}
                 */
                readonly reason: "no_session" | "misconfigured" | null;
            }[];
        };
        /** @description Everything stored about a recipient. */
        readonly Recipient: {
            /**
             * @description The phone number in E.164; absent if the recipient is an email address
             * @example +6281234567890
             */
            readonly phoneNumber?: string;
            /**
             * @description The email address in lower case; present if the recipient is one
             * @example user@example.com
             */
            readonly email?: string;
            /**
             * @description `email` if the recipient is an email address; absent for a phone number
             * @enum {string}
             */
            readonly recipientKind?: "email";
            /** @description Codes that were requested for the recipient */
            readonly challenges: readonly {
                /** @description The ID of the entry */
                readonly id: number;
                /** @description The account; only for users with the role `ADMIN` */
                readonly accountId?: string;
                /**
                 * @description The ID of the verification, as the send request returned it. Keep it on your server
                 * @example T9LOIawrvRT8gFqIc6yI588mTQiT1t5f
                 */
                readonly verificationId: string;
                /**
                 * @description The phone number, masked for callers without `otp:send`; absent if the recipient is an email address
                 * @example +62812****7890
                 */
                readonly phoneNumber?: string;
                /**
                 * @description The email address, masked for callers without `otp:send`; present if the recipient is one
                 * @example u•••@example.com
                 */
                readonly email?: string;
                /**
                 * @description `email` if the recipient is an email address; absent for a phone number
                 * @enum {string}
                 */
                readonly recipientKind?: "email";
                /** @description What the code is for */
                readonly purpose: string;
                /**
                 * @description `inbound` for a verification by an incoming message
                 * @enum {string}
                 */
                readonly method: "code" | "inbound";
                /**
                 * @description The channel that accepted the message
                 * @example whatsapp
                 */
                readonly channel: string | null;
                /**
                 * @description The name of the session; for users with the role `ADMIN` its ID, `account~name`
                 * @example default
                 */
                readonly sessionId: string;
                /** @description The region of the number (ISO 3166); null for an email address */
                readonly region: string | null;
                /**
                 * @description The status of the code
                 * @enum {string}
                 */
                readonly status: "sent" | "verified" | "expired" | "failed";
                /** @description Attempts that were made */
                readonly attempts: number;
                /** @description Attempts that are allowed */
                readonly maxAttempts: number;
                /**
                 * Format: date-time
                 * @description When the code was requested
                 */
                readonly createdAt: string;
                /**
                 * Format: date-time
                 * @description When it reached the device
                 */
                readonly deliveredAt: string | null;
                /**
                 * Format: date-time
                 * @description When it was read
                 */
                readonly readAt: string | null;
                /**
                 * Format: date-time
                 * @description When it was accepted
                 */
                readonly verifiedAt: string | null;
                /**
                 * Format: date-time
                 * @description When it expires or expired
                 */
                readonly expiresAt: string;
                /** @description Who sent the code */
                readonly companyName: string | null;
                /** @description The address of the caller, or its `clientIp` */
                readonly ipAddress: string | null;
                /** @description The `User-Agent` of the caller */
                readonly userAgent: string | null;
            }[];
            /** @description Codes of other servers that were delivered to the recipient */
            readonly relayed: readonly components["schemas"]["RelayedMessage"][];
            /** @description Deliveries to the recipient */
            readonly deliveries: readonly components["schemas"]["LoggedDelivery"][];
            /** @description Entries of the activity log about the recipient */
            readonly activity: readonly components["schemas"]["Activity"][];
            /** @description Sessions that have been in contact with the number; none with an email address */
            readonly contacts: readonly string[];
            /**
             * Format: date-time
             * @description Until when it is a test number; null if it is not one
             */
            readonly testNumberUntil: string | null;
            /** @description Whether it is on the safe list of verify services, as the clients of Twilio Verify call it */
            readonly isSafe: boolean;
            /** @description false if there are more than 10,000 rows of a kind */
            readonly isComplete: boolean;
        };
        /** @description A message with a code that another server created. */
        readonly RelayedMessage: {
            /** @description The ID of the message: the `verificationId` of its deliveries */
            readonly id: string;
            /** @description The hook; null if an API key requested it */
            readonly hookId: string | null;
            /** @description What the code is for */
            readonly purpose: string;
            /**
             * @description How it ended
             * @enum {string}
             */
            readonly status: "received" | "sending" | "accepted" | "failed" | "refused" | "test";
            /**
             * @description The channel that accepted it
             * @example whatsapp
             */
            readonly channel: string | null;
            /**
             * Format: date-time
             * @description When it was requested
             */
            readonly createdAt: string;
        };
        /** @description One message to a recipient on one channel. */
        readonly LoggedDelivery: {
            /** @description The verification that it belongs to */
            readonly verificationId: string;
            /**
             * @description The channel
             * @example whatsapp
             */
            readonly channel: string;
            /**
             * @description The name of the session; for users with the role `ADMIN` its ID, `account~name`
             * @example default
             */
            readonly sessionId: string | null;
            /** @description The ID of the message on its channel */
            readonly messageId: string | null;
            /**
             * @description The status of the delivery
             * @example delivered
             * @enum {string}
             */
            readonly status: "sending" | "accepted" | "delivered" | "read" | "failed" | "unknown";
            /**
             * @description Why the channel did not accept the message
             * @enum {string|null}
             */
            readonly reason: "not_on_channel" | "refused" | "unavailable" | "timeout" | "misconfigured" | "fraud_blocked" | null;
            /** @description The message of the channel, for people */
            readonly details: string | null;
            /**
             * Format: date-time
             * @description When it began
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description When the channel accepted the message
             */
            readonly acceptedAt: string | null;
            /**
             * Format: date-time
             * @description When it reached the device
             */
            readonly deliveredAt: string | null;
            /**
             * Format: date-time
             * @description When it was read
             */
            readonly readAt: string | null;
            /**
             * Format: date-time
             * @description When it failed
             */
            readonly failedAt: string | null;
        };
        /** @description How many rows were erased. */
        readonly Erased: {
            /** @description Codes that were erased */
            readonly challenges: number;
            /** @description Deliveries that were erased */
            readonly deliveries: number;
            /** @description Entries of the activity log that were erased */
            readonly activities: number;
            /** @description Known contacts of sessions that were erased */
            readonly contacts: number;
            /** @description Messages in the conversations of sessions that were erased */
            readonly messages: number;
            /** @description Test numbers that were deleted */
            readonly testNumbers: number;
            /** @description Entries of the safe list that were deleted */
            readonly safeNumbers: number;
            /** @description Stored responses for an `Idempotency-Key` that were erased */
            readonly answers: number;
        };
        /** @description The tokens of a login. */
        readonly TokenPair: {
            /** @description Send it as `Authorization: Bearer` */
            readonly accessToken: string;
            /**
             * @description Always `Bearer`
             * @enum {string}
             */
            readonly tokenType: "Bearer";
            /** @description Seconds until the access token expires */
            readonly expiresIn: number;
            /** @description Valid once: using it returns the next one */
            readonly refreshToken: string;
            /** @description Seconds until the refresh token expires */
            readonly refreshExpiresIn: number;
            readonly user: components["schemas"]["Person"];
        };
        /** @description A user, as the user sees it. */
        readonly Person: {
            /** @description The ID of the user */
            readonly id: number;
            /** @description The email address with which the user logs in */
            readonly email: string;
            /** @description The name of the user */
            readonly name: string;
            /**
             * @description `USER`: may do everything in one account. `ADMIN`: an operator, who runs the installation and acts for no account
             * @enum {string}
             */
            readonly role: "USER" | "ADMIN";
            /** @description The account of the user */
            readonly accountId: string;
            /** @description Whether the user must replace the password after the next login, and can do nothing else before */
            readonly mustChangePassword: boolean;
        };
        /** @description The credentials of a user. */
        readonly LoginRequest: {
            /**
             * Format: email
             * @description The email address with which the user logs in
             * @example ana@example.com
             */
            readonly email: string;
            /**
             * Format: password
             * @description The password
             */
            readonly password: string;
        };
        /** @description A refresh token. */
        readonly RefreshRequest: {
            /** @description The refresh token */
            readonly refreshToken: string;
        };
        /** @description The caller. */
        readonly Me: components["schemas"]["MePerson"] | components["schemas"]["MeKey"] | components["schemas"]["MeBootstrap"];
        /** @description A user who is logged in. */
        readonly MePerson: components["schemas"]["Person"] & {
            /** @description The account that the caller acts for */
            readonly accountId?: string;
            /**
             * @description Always `user`
             * @enum {string}
             */
            readonly kind: "user";
            /** @description What the caller may do; `*` is everything in the account */
            readonly scopes: readonly ("otp:send" | "otp:verify" | "sessions:manage" | "messages:send" | "messages:read" | "analytics:read" | "keys:manage" | "webhooks:manage" | "metrics:read" | "*")[];
            /** @description Whether the caller runs the installation */
            readonly isOperator: boolean;
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            readonly kind: "user";
        };
        /** @description An API key of an account. */
        readonly MeKey: {
            /**
             * @description Always `key` (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            readonly kind: "key";
            /** @description The ID of the API key */
            readonly keyId: string;
            /**
             * @description The mode of the API key
             * @enum {string}
             */
            readonly mode: "live" | "test";
            /** @description The restrictions of the API key */
            readonly reach: {
                /** @description Sessions that it may use; null for any */
                readonly sessions: readonly string[] | null;
                /** @description Purposes that it may use; null for any */
                readonly purposes: readonly string[] | null;
                /** @description Regions (ISO 3166) that it may use; null for any */
                readonly regions: readonly string[] | null;
                /** @description Networks that it may use; null for any */
                readonly networks: readonly string[] | null;
                /**
                 * Format: date-time
                 * @description When it expires; null for never
                 */
                readonly expiresAt: string | null;
            };
            /** @description The account that the caller acts for */
            readonly accountId: string;
            /** @description What the caller may do; `*` is everything in the account */
            readonly scopes: readonly ("otp:send" | "otp:verify" | "sessions:manage" | "messages:send" | "messages:read" | "analytics:read" | "keys:manage" | "webhooks:manage" | "metrics:read" | "*")[];
            /** @description Whether the caller runs the installation */
            readonly isOperator: boolean;
        };
        /** @description The `API_KEY` of the installation. */
        readonly MeBootstrap: {
            /**
             * @description Always `bootstrap` (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            readonly kind: "bootstrap";
            /** @description The account that the caller acts for */
            readonly accountId: string;
            /** @description What the caller may do; `*` is everything in the account */
            readonly scopes: readonly ("otp:send" | "otp:verify" | "sessions:manage" | "messages:send" | "messages:read" | "analytics:read" | "keys:manage" | "webhooks:manage" | "metrics:read" | "*")[];
            /** @description Whether the caller runs the installation */
            readonly isOperator: boolean;
        };
        /** @description Your current password and a new one. */
        readonly PasswordRequest: {
            /**
             * Format: password
             * @description Your current password
             */
            readonly currentPassword: string;
            /**
             * Format: password
             * @description A new password: 15 to 128 characters of any kind. It must not contain the name in the email address, or consist of a few characters only
             */
            readonly newPassword: string;
        };
        /** @description A login of the calling user. */
        readonly Login: {
            /** @description The ID of the login */
            readonly id: number;
            /** @description Whether this request uses it */
            readonly isCurrent: boolean;
            /** @description Where the login was made from */
            readonly ipAddress: string | null;
            /** @description The program that logged in. Untrusted text */
            readonly userAgent: string | null;
            /**
             * Format: date-time
             * @description When the login was made
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description When its tokens were last refreshed
             */
            readonly refreshedAt: string;
            /**
             * Format: date-time
             * @description When it ends unless its tokens are refreshed
             */
            readonly expiresAt: string;
        };
        /** @description What a sign-in page needs to know. */
        readonly SignInOptions: {
            /** @description Whether there is any user. Without users, only API keys can sign in */
            readonly hasUsers: boolean;
            /** @description Whether the client of this request can open `/demo` */
            readonly hasDemo: boolean;
        };
        /** @description A user, as operators see it. */
        readonly User: {
            /** @description The ID of the user */
            readonly id: number;
            /** @description The email address with which the user logs in */
            readonly email: string;
            /** @description The name of the user */
            readonly name: string;
            /**
             * @description `USER`: may do everything in one account. `ADMIN`: an operator, who runs the installation and acts for no account
             * @enum {string}
             */
            readonly role: "USER" | "ADMIN";
            /** @description The account of the user */
            readonly accountId: string;
            /** @description Whether the user may log in */
            readonly isActive: boolean;
            /** @description Whether the user must replace the password after the next login, and can do nothing else before */
            readonly mustChangePassword: boolean;
            /** @description Anything worth knowing about the user */
            readonly description: string | null;
            /** @description The ID of the user in another system */
            readonly documentId: string | null;
            /**
             * Format: date-time
             * @description When the user last logged in
             */
            readonly lastLoginAt: string | null;
            /**
             * Format: date-time
             * @description When the user was created
             */
            readonly createdAt: string;
            /**
             * Format: date-time
             * @description When the user was last changed
             */
            readonly updatedAt: string;
        };
        /** @description A user to create. */
        readonly CreateUserRequest: {
            /**
             * Format: email
             * @description The email address with which the user logs in
             * @example ana@example.com
             */
            readonly email: string;
            /**
             * @description The name of the user
             * @example Ana
             */
            readonly name: string;
            /**
             * Format: password
             * @description A new password: 15 to 128 characters of any kind. It must not contain the name in the email address, or consist of a few characters only
             */
            readonly password: string;
            /**
             * @description Whether the user must replace the password after the next login, and can do nothing else before. `false` if the user has chosen this password
             * @default true
             */
            readonly mustChangePassword: boolean;
            /**
             * @description `USER`: may do everything in one account. `ADMIN`: an operator, who runs the installation and acts for no account
             * @default USER
             * @enum {string}
             */
            readonly role: "USER" | "ADMIN";
            /**
             * @description The account of the user. If left out, a new account is created; `default` for an `ADMIN`
             * @example shop
             */
            readonly accountId?: string;
            /** @description Anything worth knowing about the user */
            readonly description?: string;
            /** @description The ID of the user in another system */
            readonly documentId?: string;
        };
        /** @description What to change. Give at least one field. */
        readonly UpdateUserRequest: {
            /**
             * @description The name of the user
             * @example Ana
             */
            readonly name?: string;
            /**
             * @description `USER`: may do everything in one account. `ADMIN`: an operator, who runs the installation and acts for no account
             * @enum {string}
             */
            readonly role?: "USER" | "ADMIN";
            /** @description Whether the user may log in */
            readonly isActive?: boolean;
            /**
             * Format: password
             * @description A new password: 15 to 128 characters of any kind. It must not contain the name in the email address, or consist of a few characters only
             */
            readonly password?: string;
            /** @description Whether the user must replace the password after the next login, and can do nothing else before */
            readonly mustChangePassword?: boolean;
            /** @description Anything worth knowing about the user */
            readonly description?: string | null;
            /** @description The ID of the user in another system */
            readonly documentId?: string | null;
        };
        /** @description The public keys of proofs of verification (RFC 7517). */
        readonly KeySet: {
            /** @description The current key and, while `SECRET_KEY_PREVIOUS` is set, the previous one */
            readonly keys: readonly {
                /**
                 * @description Always `OKP`
                 * @enum {string}
                 */
                readonly kty: "OKP";
                /**
                 * @description Always `Ed25519`
                 * @enum {string}
                 */
                readonly crv: "Ed25519";
                /** @description The public key, in base64url */
                readonly x: string;
                /** @description The ID of the key, as proofs name it */
                readonly kid: string;
                /**
                 * @description Always `EdDSA`
                 * @enum {string}
                 */
                readonly alg: "EdDSA";
                /**
                 * @description Always `sig`
                 * @enum {string}
                 */
                readonly use: "sig";
            }[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: {
        /** @description Seconds until the same request may succeed, if that is known */
        readonly RetryAfter: number;
        /** @description The limits that the request counts towards: `q` requests in a window of `w` seconds (draft-ietf-httpapi-ratelimit-headers) */
        readonly RateLimitPolicy: string;
        /** @description What is left of each limit: `r` requests now. If the limit is reached, `t` is the number of seconds until the next request is accepted; otherwise, until the count is 0 again */
        readonly RateLimit: string;
        /** @description The path of what was created */
        readonly Location: string;
        /** @description `true` if this is the response to an earlier request with the same `Idempotency-Key` */
        readonly IdempotentReplayed: "true";
        /** @description The preference in `Prefer` that the response follows (RFC 7240) */
        readonly PreferenceApplied: "respond-async";
        /** @description How to authenticate */
        readonly WwwAuthenticate: string;
    };
    pathItems: never;
}

<?php
// A receiver of Waverify webhooks for PHP 8, without dependencies. Behind any web server, or:
// WEBHOOK_SECRET=whsec_… php -S 0.0.0.0:8080 receiver.php
declare(strict_types=1);

$secret = preg_replace('/^whsec_/', '', getenv('WEBHOOK_SECRET') ?: '');
$key = (string) base64_decode($secret, true);
if (strlen($key) < 24) {
    error_log('Set WEBHOOK_SECRET to the secret of the webhook');
    http_response_code(500);
    exit;
}

/** The body must be the bytes as they arrived, not JSON that was parsed and written again. */
function isSigned(string $key, string $body): bool
{
    $id = $_SERVER['HTTP_WEBHOOK_ID'] ?? '';
    $timestamp = $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '';
    if ($id === '' || !ctype_digit($timestamp) || abs(time() - (int) $timestamp) > 300) {
        return false;
    }
    $digest = hash_hmac('sha256', "$id.$timestamp.$body", $key, true);
    $expected = 'v1,' . base64_encode($digest);
    // For a day after the secret is replaced, there are two.
    foreach (explode(' ', $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '') as $given) {
        if (hash_equals($expected, $given)) {
            return true;
        }
    }
    return false;
}

function handle(array $event): void
{
    // An event can arrive again, with the same id: skip the ids that you have already handled.
    error_log("{$event['id']} {$event['type']} " . json_encode($event['data']));
}

$body = file_get_contents('php://input');
if (!isSigned($key, $body)) {
    error_log('Refused: the signature does not match. Check WEBHOOK_SECRET.');
    http_response_code(401);
    exit('The signature does not match');
}
handle(json_decode($body, true));
// Any 2xx within 15 seconds; otherwise the event is sent again later.
http_response_code(204);

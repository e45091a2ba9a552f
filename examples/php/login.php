<?php
// A login by phone number, without a framework. Start it:
// WAVERIFY_API_KEY=wv_live_… php -S 127.0.0.1:8080 login.php

/** Calls Waverify. Returns the status and the body of the response. */
function waverify(string $action, array $body): array
{
    $url = (getenv('WAVERIFY_URL') ?: 'http://127.0.0.1:3000') . "/api/otp/$action";
    $headers = ['X-API-Key: ' . getenv('WAVERIFY_API_KEY'), 'Content-Type: application/json'];
    $options = ['method' => 'POST', 'header' => $headers, 'content' => json_encode($body), 'ignore_errors' => true];
    $text = file_get_contents($url, false, stream_context_create(['http' => $options]));
    if ($text === false) {
        return [503, ['message' => 'Try again in a moment']];
    }
    preg_match('~^HTTP/\S+ (\d+)~', $http_response_header[0], $found);
    return [(int) $found[1], json_decode($text, true)];
}

session_start();
$body = json_decode(file_get_contents('php://input'), true);
$clientIp = $_SERVER['REMOTE_ADDR'];

switch (parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH)) {
    case '/login/code':
        [$status, $answer] = waverify('send', ['phoneNumber' => $body['phone'], 'clientIp' => $clientIp]);
        if ($status === 200) {
            $_SESSION['verificationId'] = $answer['data']['verificationId'];
        }
        break;
    case '/login':
        $known = ['verificationId' => $_SESSION['verificationId'] ?? 'none'];
        [$status, $answer] = waverify('verify', $known + ['otp' => $body['code'], 'clientIp' => $clientIp]);
        if ($status === 200) {
            session_regenerate_id(true);
            $_SESSION['phoneNumber'] = $answer['data']['phoneNumber']; // The user owns this number.
        }
        break;
    default:
        [$status, $answer] = [404, ['message' => 'Not found']];
}

http_response_code($status);
header('Content-Type: application/json');
echo json_encode(['message' => $answer['message']]);

<?php
// php verify.php
function waverify(string $action, array $body): array
{
    $headers = ['X-API-Key: ' . getenv('WAVERIFY_API_KEY'), 'Content-Type: application/json'];
    $options = ['method' => 'POST', 'header' => $headers, 'content' => json_encode($body), 'ignore_errors' => true];
    $context = stream_context_create(['http' => $options]);
    $answer = json_decode(file_get_contents(getenv('WAVERIFY_URL') . "/api/otp/$action", false, $context), true);
    return $answer['data'] ?? exit($answer['message'] . "\n");
}

$sent = waverify('send', ['phoneNumber' => '+6281234567890']);
echo 'Code: ';
$code = trim(fgets(STDIN));
$checked = waverify('verify', ['verificationId' => $sent['verificationId'], 'otp' => $code]);
echo $checked['phoneNumber'], " is verified.\n";

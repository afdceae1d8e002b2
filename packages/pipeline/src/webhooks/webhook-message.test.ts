import { expect, test } from 'vitest';
import { newSecret, signedHeaders } from './webhook-message.ts';

// Secret, message and signature of https://docs.svix.com/receiving/verifying-payloads/how-manual.
test('messages are signed as Standard Webhooks has it', () => {
  const headers = signedHeaders(
    'loFOjxBNrRLzqYUf',
    'whsec_plJ3nmyCDGBKInavdOK15jsl',
    '{"event_type":"ping","data":{"success":true}}',
    new Date(1_731_705_121_000),
  );
  expect(headers).toEqual({
    'webhook-id': 'msg_loFOjxBNrRLzqYUf',
    'webhook-timestamp': '1731705121',
    'webhook-signature': 'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
  });
});

test('a new secret signs', () => {
  expect(signedHeaders('1', newSecret(), '{}', new Date(0))['webhook-signature']).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/);
});

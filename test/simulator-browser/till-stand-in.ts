import type { FastifyInstance } from 'fastify';

export type TillCall = {
  path: string;
  key: string;
  idempotencyKey: string | null;
  body: Record<string, unknown>;
};

const picture = (tone: string, ground: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 130"><rect width="200" height="130" fill="${ground}"/>` +
  `<path d="M0 130 Q60 40 110 90 T200 50 V130Z" fill="${tone}"/></svg>`;

const inThree = (text: string) => ({ 'zh-TW': text, en: text, ja: text });

const memberCodePage = `<!doctype html><meta charset="utf-8"><title>會員碼</title>
<body style="font-family:sans-serif;text-align:center;padding:40px 20px">
<h1 style="font-size:20px">會員碼</h1><p data-member-code="CODE-42" style="font-size:32px">CODE-42</p>
<a href="https://line.me/R/oaMessage/%40island/?%E6%9C%83%E5%93%A1%E5%8D%A1">回到聊天</a>`;

/**
 * The few doors beside the simulator that its page opens: `/api/v1` as the till sees it, pictures, the page with
 * the member code. The real ones are played by the stories.
 */
export function standInForTheApi(app: FastifyInstance, calls: TillCall[], availableOn: () => Date): void {
  const keep = (path: string, request: { headers: Record<string, unknown>; body: unknown }) => {
    const body = request.body as Record<string, unknown>;
    const { authorization, 'idempotency-key': idempotencyKey } = request.headers;
    calls.push({
      path,
      key: String(authorization),
      idempotencyKey: (idempotencyKey as string) ?? null,
      body,
    });
    return body;
  };
  app.post('/api/v1/purchases', async (request, reply) => {
    const sale = keep('purchases', request);
    if (Number(sale.pointsPaid) > 1280) {
      const fields = [
        { path: 'pointsPaid', code: 'too_few_points', message: 'The member has 1280 points to use' },
        { path: 'member.phone', code: 'bad_phone', message: 'This is no mobile number' },
        { path: 'lines.0.unitPriceTwd', code: 'too_big', message: 'Too big' },
      ];
      const error = { code: 'invalid', message: 'Some fields are not acceptable', fields };
      return reply.code(422).send({ error });
    }
    const earned = Math.floor(Number(sale.totalTwd) / 100);
    const points = sale.member
      ? {
          earned,
          availableOn: availableOn().toISOString().slice(0, 10),
          balance: 1280,
          bonuses: [{ kind: 'tier', key: null, earnPercent: 120, text: inThree('會員等級 1.2 倍') }],
        }
      : null;
    return reply.code(201).send({ purchaseId: 'p1', memberNo: sale.member ? '81234' : null, points });
  });
  app.post('/api/v1/returns', async (request, reply) => {
    keep('returns', request);
    return reply.code(201).send({ returnId: 'r1' });
  });
  app.post('/api/v1/members/lookup', async (request) => {
    keep('members/lookup', request);
    const coupons = [
      {
        claimId: 'c1',
        title: inThree('滿千折百'),
        endsOn: '2026-12-31',
        reward: { kind: 'amount_off', amountTwd: 100 },
        minSpendTwd: 1000,
        categories: null,
      },
      { claimId: 'c2', title: inThree('生日禮 85 折'), endsOn: '2026-11-29' },
    ];
    return {
      memberNo: '81234',
      tier: { key: 'gold', name: inThree('金卡') },
      points: { active: 1280, pending: 42, debt: 0 },
      coupons,
    };
  });
  app.post('/api/v1/coupon-codes/check', async (request, reply) => {
    const { code } = keep('coupon-codes/check', request);
    if (code !== 'ABCDE-FGHJK') {
      const message = 'This code cannot be used';
      return reply.code(422).send({ error: { code: 'code_refused', message } });
    }
    return {
      claimId: 'c9',
      memberNo: '81234',
      title: inThree('茶葉折 NT$50'),
      endsOn: '2026-12-24',
      channel: 'store',
      reward: { kind: 'amount_off', amountTwd: 50 },
      minSpendTwd: 0,
      categories: null,
    };
  });
  app.post('/api/v1/coupon-redemptions', async (request, reply) => {
    keep('coupon-redemptions', request);
    return reply.code(201).send({ redemptionId: 'x1' });
  });
  app.get<{ Params: { name: string } }>('/media/:name', (request, reply) =>
    reply
      .type('image/svg+xml')
      .send(request.params.name === 'hills' ? picture('#C98F5A', '#F3E2CC') : picture('#4C8A6A', '#DDEBDD')),
  );
  app.get('/member-code', (_request, reply) => reply.type('text/html; charset=utf-8').send(memberCodePage));
  app.get('/rules', (_request, reply) => reply.type('text/html; charset=utf-8').send('<h1>rules</h1>'));
}

import { Badge, Button, Group, Text } from '@mantine/core';
import { useLanguage, useWords } from '../../../kit/browser/language.tsx';
import { sayMoment } from '../../../kit/browser/say.ts';
import type { Approval } from './approvals-api.ts';
import { approvalsBook } from './approvals-book.ts';
import type { Decision } from './decision-dialog.tsx';

type Of = { approval: Approval; onDecide: (decision: Decision) => void };

/** One request: what it does, who asks and why, and its buttons or its end. */
export function ApprovalCard({ approval, onDecide }: Of) {
  const words = useWords(approvalsBook);
  const { language } = useLanguage();
  const isWaiting = approval.state === 'waiting';
  const states: Record<string, string> = words.states;
  return (
    <article className="panel panel-pad approval" aria-label={approval.summary.text}>
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Text fw={600} size="lg">
          {approval.summary.text}
        </Text>
        <Badge color={isWaiting ? 'brand' : 'gray'} variant="light" tt="none" className="badge-whole">
          {states[approval.state] ?? approval.state}
        </Badge>
      </Group>
      <dl className="facts">
        <WhatChanges approval={approval} />
        <Fact
          name={words.askedBy}
          value={words.by(approval.askedBy.name, sayMoment(language, approval.askedAt))}
        />
        {isWaiting && <Fact name={words.expires} value={sayMoment(language, approval.expiresAt)} />}
        {approval.decidedBy && approval.decidedAt && (
          <Fact
            name={words.decidedBy}
            value={words.by(approval.decidedBy.name, sayMoment(language, approval.decidedAt))}
          />
        )}
        {approval.note && <Fact name={words.note} value={approval.note} />}
      </dl>
      {isWaiting && (approval.mayDecide || approval.isMine) && (
        <Group gap="sm" mt="lg">
          {approval.mayDecide && (
            <>
              <Button onClick={() => onDecide({ kind: 'approve', approval })}>{words.approve}</Button>
              <Button variant="default" onClick={() => onDecide({ kind: 'reject', approval })}>
                {words.reject}
              </Button>
            </>
          )}
          {approval.isMine && (
            <Button variant="default" onClick={() => onDecide({ kind: 'withdraw', approval })}>
              {words.withdraw}
            </Button>
          )}
        </Group>
      )}
      {isWaiting && approval.isMine && !approval.mayDecide && (
        <Text c="dimmed" size="sm" mt="sm">
          {words.mine}
        </Text>
      )}
    </article>
  );
}

/** What it changes and why: the same before and at the moment of deciding. */
export function WhatChanges({ approval }: { approval: Approval }) {
  const words = useWords(approvalsBook);
  return (
    <>
      {approval.store && <Fact name={words.store} value={approval.store.name} />}
      {approval.summary.lines.map((line) => (
        <Fact key={line.label} name={line.label} value={line.value} />
      ))}
      <Fact name={words.reason} value={approval.reason} />
    </>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

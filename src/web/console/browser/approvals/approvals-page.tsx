import { Tabs } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '../../../kit/browser/language.tsx';
import { PageHeader } from '../../../kit/browser/page-header.tsx';
import { ApprovalList } from './approval-list.tsx';
import { approvalsBook } from './approvals-book.ts';

/** What waits for a second person, and what was decided. */
export function ApprovalsPage() {
  const words = useWords(approvalsBook);
  const [tab, setTab] = useState<'waiting' | 'decided'>('waiting');
  return (
    <>
      <PageHeader title={words.title} text={words.text} />
      <Tabs value={tab} onChange={(chosen) => setTab(chosen === 'decided' ? 'decided' : 'waiting')}>
        <Tabs.List mb="lg">
          <Tabs.Tab value="waiting">{words.tabs.waiting}</Tabs.Tab>
          <Tabs.Tab value="decided">{words.tabs.decided}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="waiting">{tab === 'waiting' && <ApprovalList state="waiting" />}</Tabs.Panel>
        <Tabs.Panel value="decided">{tab === 'decided' && <ApprovalList state="decided" />}</Tabs.Panel>
      </Tabs>
    </>
  );
}

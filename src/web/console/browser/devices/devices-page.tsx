import { Badge, Button } from '@mantine/core';
import { useState } from 'react';
import { type Column, DataList } from '../../../kit/browser/data-list.tsx';
import { useLanguage, useWords } from '../../../kit/browser/language.tsx';
import { PageHeader } from '../../../kit/browser/page-header.tsx';
import { sayMoment } from '../../../kit/browser/say.ts';
import { EmptyState } from '../../../kit/browser/states.tsx';
import { usePagedList } from '../../../kit/browser/use-paged-list.ts';
import { consoleBook } from '../console-book.ts';
import { useMay } from '../session/use-session.ts';
import { CodeDialog } from './code-dialog.tsx';
import { DeviceActions } from './device-actions.tsx';
import type { Device, PairingCode } from './devices-api.ts';
import { devicesBook } from './devices-book.ts';
import { NewDeviceDialog } from './new-device-dialog.tsx';

/** The shared devices of the stores, and the codes that tie them to one. */
export function DevicesPage() {
  const words = useWords(devicesBook);
  const may = useMay();
  const list = usePagedList<Device>('devices');
  const columns = useColumns();
  const [isAdding, setAdding] = useState(false);
  const [shown, setShown] = useState<PairingCode | null>(null);
  const mayManage = may('devices.manage');
  const add = mayManage && <Button onClick={() => setAdding(true)}>{words.add}</Button>;
  return (
    <>
      <PageHeader title={words.title} text={words.text} action={add} />
      <DataList
        label={words.title}
        list={list}
        columns={columns}
        keyOf={(device) => device.id}
        empty={<EmptyState title={words.empty} {...(mayManage && { text: words.emptyText })} />}
        {...(mayManage && {
          actions: (device: Device) => <DeviceActions device={device} onCode={setShown} />,
        })}
      />
      <NewDeviceDialog opened={isAdding} onClose={() => setAdding(false)} onCode={setShown} />
      <CodeDialog shown={shown} onClose={() => setShown(null)} />
    </>
  );
}

const colourOf = { paired: 'brand', waiting: 'gray', revoked: 'alert' } as const;

function useColumns(): Column<Device>[] {
  const words = useWords(devicesBook);
  const shared = useWords(consoleBook);
  const { language } = useLanguage();
  return [
    { key: 'name', name: words.name, show: (device) => <strong>{device.name}</strong> },
    { key: 'store', name: words.store, show: (device) => device.store.name },
    {
      key: 'state',
      name: words.state,
      show: (device) => (
        <Badge color={colourOf[device.state]} variant="light" tt="none" className="badge-whole">
          {words.states[device.state]}
        </Badge>
      ),
    },
    { key: 'who', name: words.signedIn, show: (device) => device.signedIn?.name ?? words.nobody },
    {
      key: 'seen',
      name: words.lastSeen,
      show: (device) => (device.lastSeenAt ? sayMoment(language, device.lastSeenAt) : shared.never),
    },
  ];
}

import type { DeviceRef, Language } from '../../kit/browser/contract.ts';
import { LanguageSwitch } from '../../kit/browser/language.tsx';

type Of = { brandName: string; device: DeviceRef | null; onLanguage?: (language: Language) => void };

/** Where this is: the brand, the store, the device. */
export function TopBar({ brandName, device, onLanguage }: Of) {
  return (
    <header className="top-bar">
      <div>
        <strong>{device?.store.name ?? brandName}</strong>
        {device && (
          <span>
            {brandName} · {device.name}
          </span>
        )}
      </div>
      <LanguageSwitch {...(onLanguage && { onChoose: onLanguage })} />
    </header>
  );
}

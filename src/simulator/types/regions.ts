const DISPLAY_NAMES: Readonly<Record<string, string>> = {
  eastus: 'East US',
  eastus2: 'East US 2',
  westus2: 'West US 2',
  westus3: 'West US 3',
  centralus: 'Central US',
  northeurope: 'North Europe',
  westeurope: 'West Europe',
  uksouth: 'UK South',
  swedencentral: 'Sweden Central',
  brazilsouth: 'Brazil South',
};

/** As Container Apps answers it, whatever was sent. */
export function displayName(location: string): string {
  return DISPLAY_NAMES[location.toLowerCase().replaceAll(' ', '')] ?? location;
}

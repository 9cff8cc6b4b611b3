/** Display names of Azure's regions; source: `az account list-locations`. */
const DISPLAY_NAMES: readonly string[] = [
  'Australia Central',
  'Australia East',
  'Australia Southeast',
  'Austria East',
  'Brazil South',
  'Brazil Southeast',
  'Canada Central',
  'Canada East',
  'Central India',
  'Central US',
  'East Asia',
  'East US',
  'East US 2',
  'France Central',
  'France South',
  'Germany North',
  'Germany West Central',
  'Indonesia Central',
  'Israel Central',
  'Italy North',
  'Japan East',
  'Japan West',
  'Korea Central',
  'Korea South',
  'Malaysia West',
  'Mexico Central',
  'New Zealand North',
  'North Central US',
  'North Europe',
  'Norway East',
  'Norway West',
  'Poland Central',
  'Qatar Central',
  'South Africa North',
  'South Africa West',
  'South Central US',
  'South India',
  'Southeast Asia',
  'Spain Central',
  'Sweden Central',
  'Switzerland North',
  'Switzerland West',
  'UAE Central',
  'UAE North',
  'UK South',
  'UK West',
  'West Central US',
  'West Europe',
  'West India',
  'West US',
  'West US 2',
  'West US 3',
];

const BY_NAME = new Map(DISPLAY_NAMES.map((display) => [display.toLowerCase().replaceAll(' ', ''), display]));

/** Container Apps answers `East US 2`, whether it was sent that or `eastus2` (recorded). */
export function displayLocation(location: string): string {
  return BY_NAME.get(location.toLowerCase().replaceAll(' ', '')) ?? location;
}

export function isRegion(location: string): boolean {
  return BY_NAME.has(location.toLowerCase().replaceAll(' ', ''));
}

export function regionDisplayNames(): readonly string[] {
  return DISPLAY_NAMES;
}

/** The database schema that belongs to a service. */
export const schemaOf = (service: string): string => service.replaceAll('-', '_');

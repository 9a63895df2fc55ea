-- Datasets are found by the values of their properties: `document @@ path` for paths that ask for equality.
create index dataset_document on dataset using gin (document jsonb_path_ops);

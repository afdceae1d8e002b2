# Walks a repository with HTTP::OAI; prints what it got as JSON.
use strict;
use warnings;
use HTTP::OAI;
use JSON::PP;

my $client = HTTP::OAI::Harvester->new(baseURL => $ARGV[0]);
my $identity = $client->Identify;
die $identity->message if $identity->is_error;

# Without a callback it keeps the last page of a list only.
my (@identifiers, @deleted, @sets, @formats);
my $list = $client->ListRecords(metadataPrefix => 'oai_dc', onRecord => sub {
  my ($record) = @_;
  push @identifiers, $record->identifier;
  push @deleted, $record->identifier if $record->is_deleted;
});
die $list->message if $list->is_error;

my $headers = 0;
$client->ListIdentifiers(metadataPrefix => 'oai_datacite', onRecord => sub { $headers++ });
my $groups = $client->ListSets;
while (my $set = $groups->next) { push @sets, $set->setSpec }
my $kinds = $client->ListMetadataFormats;
while (my $format = $kinds->next) { push @formats, $format->metadataPrefix }
my $one = $client->GetRecord(identifier => $identifiers[0], metadataPrefix => 'oai_dc')->next;

print encode_json({
  name => $identity->repositoryName,
  identifiers => \@identifiers,
  deleted => \@deleted,
  headers => $headers,
  sets => \@sets,
  formats => \@formats,
  one => $one->identifier,
});

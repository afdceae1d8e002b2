# Walks a repository with the command `catmandu`, as its manual has it; prints what it got as JSON.
use strict;
use warnings;
use JSON::PP;

my $url = $ARGV[0];
sub lines_of {
  my (@arguments) = @_;
  open my $out, '-|', $^X, $ENV{CATMANDU}, 'convert', 'OAI', '--url', $url, @arguments, 'to', 'JSON', '--line_delimited', 1 or die $!;
  my @lines = map { decode_json($_) } <$out>;
  close $out or die "catmandu ended with $?";
  return @lines;
}
my @records = lines_of('--metadataPrefix', 'oai_dc', '--handler', 'oai_dc');
my @deleted = map { $_->{_id} } grep { ($_->{_status} // '') eq 'deleted' } @records;
die 'no title' if grep { ($_->{_status} // '') ne 'deleted' && !$_->{title} } @records;
my ($identity) = lines_of('--identify', 1);
my ($one) = lines_of('--getRecord', 1, '--identifier', $records[0]{_id}, '--metadataPrefix', 'oai_dc');
print encode_json({
  name => $identity->{repositoryName},
  identifiers => [map { $_->{_id} } @records],
  deleted => \@deleted,
  headers => scalar(lines_of('--listIdentifiers', 1, '--metadataPrefix', 'oai_datacite')),
  sets => [map { $_->{_id} // $_->{setSpec} } lines_of('--listSets', 1)],
  formats => [map { $_->{_id} // $_->{metadataPrefix} } lines_of('--listMetadataFormats', 1)],
  one => $one->{_id},
});

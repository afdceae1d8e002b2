import io.gdcc.xoai.model.oaipmh.results.Record;
import io.gdcc.xoai.serviceprovider.ServiceProvider;
import io.gdcc.xoai.serviceprovider.client.OAIClient;
import io.gdcc.xoai.serviceprovider.model.Context;
import io.gdcc.xoai.serviceprovider.parameters.GetRecordParameters;
import io.gdcc.xoai.serviceprovider.parameters.ListIdentifiersParameters;
import io.gdcc.xoai.serviceprovider.parameters.ListRecordsParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Walks a repository with gdcc's XOAI, which Dataverse harvests with; prints what it got as JSON. */
public final class XoaiClient {
    public static void main(String[] args) throws Exception {
        OAIClient http = OAIClient.newBuilder().withBaseUrl(args[0]).build();
        // It has a reader for its own format only; the text of others is kept as it is.
        ServiceProvider provider =
                new ServiceProvider(new Context().withBaseUrl(args[0]).withOAIClient(http).withSaveUnparsedMetadata());
        List<String> identifiers = new ArrayList<>(), deleted = new ArrayList<>(), sets = new ArrayList<>(), formats = new ArrayList<>();
        for (var each = provider.listRecords(ListRecordsParameters.request().withMetadataPrefix("oai_dc")); each.hasNext(); ) {
            Record record = each.next();
            identifiers.add(record.getHeader().getIdentifier());
            if (record.getHeader().isDeleted()) deleted.add(record.getHeader().getIdentifier());
            else if (!record.getMetadata().asUnparsedString().contains("title")) throw new IllegalStateException("no title");
        }
        int headers = 0;
        for (var each = provider.listIdentifiers(ListIdentifiersParameters.request().withMetadataPrefix("oai_datacite")); each.hasNext(); headers++)
            each.next();
        provider.listSets().forEachRemaining(set -> sets.add(set.getSpec()));
        provider.listMetadataFormats().forEachRemaining(format -> formats.add(format.getMetadataPrefix()));
        var one = GetRecordParameters.request().withIdentifier(identifiers.get(0)).withMetadataFormatPrefix("oai_dc");
        System.out.printf(
                "{\"name\":\"%s\",\"identifiers\":%s,\"deleted\":%s,\"headers\":%d,\"sets\":%s,\"formats\":%s,\"one\":\"%s\"}%n",
                provider.identify().getRepositoryName(), list(identifiers), list(deleted), headers, list(sets), list(formats),
                provider.getRecord(one).getHeader().getIdentifier());
    }

    private static String list(List<String> names) {
        return names.stream().map(name -> '"' + name + '"').collect(Collectors.joining(",", "[", "]"));
    }
}
